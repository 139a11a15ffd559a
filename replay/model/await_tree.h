// AwaitTree: what every task waits in at the log's end, or at the instant it was folded up to,
// as a tree: task → async ops, outer to inner → resource → holders → what those wait in; or
// task → the tasks that it joins → what those wait in.
//
// The waits are those of wait_graph.h, sorted by task. All pointers are into the model, which
// must outlive it. Requires: the log was folded with FoldOptions::resources.
#pragma once

#include <cstdint>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "replay/model/wait_graph.h"

namespace ari::replay {

class AwaitTree {
 public:
  explicit AwaitTree(const Model& model);
  AwaitTree(const AwaitTree&) = delete;  // points into itself
  AwaitTree& operator=(const AwaitTree&) = delete;

  // The task's waits in order of beginning: several if it waits for several things at once.
  const std::vector<const Wait*>& waits_of(std::uint32_t task) const;
  bool is_wait_told(std::uint32_t task) const;
  // Whether it holds what another waits for, or is joined.
  bool is_awaited(std::uint32_t task) const { return awaited_.contains(task); }
  // Waits of which the log does not tell whose they are.
  const std::vector<const Wait*>& of_nobody() const { return of_nobody_; }
  // Those of wait.inside that were made in this op's poll.
  std::vector<const AsyncOp*> inside(const Wait& wait, const AsyncOp& op) const;

  // Tasks that wait in an op or a join, each before those that it waits for, so that a tree that
  // begins with each of them that was not yet seen below another shows all of them: first those
  // that no other task waits for, then the rest, which are in circles.
  std::vector<std::uint32_t> roots() const;

 private:
  const Model& model_;
  std::vector<Wait> waits_;
  std::unordered_map<std::uint32_t, std::vector<const Wait*>> by_task_;
  std::vector<const Wait*> of_nobody_;
  std::unordered_set<std::uint32_t> awaited_;  // tasks
};

}  // namespace ari::replay
