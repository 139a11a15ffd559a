// KindSamples: what a log tells of the tasks of one kind, to be held against another log's.
//
// Tasks are of one kind here if they were spawned at one place under one name, if any, and
// have the same `kind` (task, local, …). Numbers in names do not tell kinds apart: programs
// number their tasks, and `connection 17` of one run is no more that of the other run than
// `connection 18`.
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "replay/model/model.h"

namespace ari::replay {

// Which tasks count as alike. Text as in the log: not safe to print.
struct TaskKind {
  std::string file;  // where they were spawned; empty: not told, or not to count
  std::uint32_t line = 0, column = 0;
  std::string name;  // its numbers as "#"; empty: unnamed
  std::string kind;  // empty: not told

  auto operator<=>(const TaskKind&) const = default;
};

struct KindSamples {
  std::string name;  // in full if all tasks have the same, else as in TaskKind
  std::uint64_t tasks = 0;
  std::uint64_t polls = 0;
  std::int64_t total_ns = 0;  // of all its tasks, up to the log's end
  // Each in ascending order.
  std::vector<std::int64_t> busy_ns;       // one a poll
  std::vector<std::int64_t> scheduled_ns;  // one a poll
  // One for each task whose beginning and end are in the log: others may have had more.
  std::vector<std::int64_t> wakes;
  std::int64_t idle_ns = 0;  // of all its tasks, up to the log's end
};

using KindTable = std::map<TaskKind, KindSamples>;

// All kinds of the log. Where a task was spawned only counts if `by_location`.
// Requires: the log was folded with FoldOptions::samples.
KindTable kinds_of(const Model& model, bool by_location);

}  // namespace ari::replay
