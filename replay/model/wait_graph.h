// The wait-for graph at the end of each recording, or at the instant it was folded up to: which
// task waits in which async op for which resource, and which tasks that are waited for.
//
//   task ── waits in ──▶ op ── uses ──▶ resource ── held by ──▶ task …
//   task ── joins ──▶ task …
//
// Who has the other end of a channel or sets off a Notify logs do not tell, and whom a task joins
// only ari's own: such a wait leads to no task. All pointers are into the model, which must outlive
// them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "replay/model/model.h"

namespace ari::replay {

// One task's wait. A task that waits for several things at once has several.
struct Wait {
  Link task;                           // none: the log does not tell whose it is
  const AsyncOp* op = nullptr;         // null: what it waits for the log does not tell
  std::vector<const AsyncOp*> inside;  // pending in the op's poll too, outermost first
  const Resource* resource = nullptr;  // null: not told
  const JoinWait* joins = nullptr;     // instead of an op: the tasks whose end it waits for
  // waits_since() of the op, or the end of the task's first poll that told of the join, or its
  // last.
  std::int64_t since_unix_ns = 0;
  std::int64_t for_ns = 0;  // from then on

  // Whether the log tells what it waits for.
  bool is_told() const noexcept { return op != nullptr || joins != nullptr; }
};

// The pending op in whose poll this one was made or polled last, as an Interval polls its Sleep;
// null if it is an outermost one.
const AsyncOp* outer_op(const Model& model, const AsyncOp& op);

// Since when it waits for what it waits for now.
inline std::int64_t waits_since(const AsyncOp& op) noexcept {
  return op.wait_began_unix_ns.value_or(op.first_poll_unix_ns.value_or(op.since_unix_ns));
}

// Pending ops and joins of idle tasks, then idle tasks that have neither; each in order of
// beginning. Requires: the log was folded with FoldOptions::resources.
std::vector<Wait> waits_of(const Model& model);

// Whether the deadlock is there when its recording ends.
inline bool is_open(const Deadlock& deadlock) noexcept { return !deadlock.broken; }

// Chains of waits: from one through holders to what the last of them waits for.
class WaitChains {
 public:
  explicit WaitChains(const std::vector<Wait>& waits);

  // The first holder or joined task that is not yet in it, and its first wait, each time. Indexes
  // into the waits, `from` first. Circles end where they close, and all after kMostLinks.
  std::vector<std::size_t> from(std::size_t from) const;
  static constexpr std::size_t kMostLinks = 32;

  // The waits with which chains begin: to which no other leads, and one of each circle.
  std::vector<std::size_t> beginnings() const;

 private:
  void add_behind(const void* awaited, const Link& task);
  std::optional<std::size_t> next(const Wait& wait,
                                  const std::unordered_set<std::uint32_t>& seen) const;

  const std::vector<Wait>& waits_;
  std::unordered_map<std::uint32_t, std::size_t> first_of_;  // wait, by task
  // By resource, and by join: the first waits of its holders, or of whom it joins.
  std::unordered_map<const void*, std::vector<std::size_t>> behind_;
};

}  // namespace ari::replay
