// RecordedDumps: what a program itself put on record of all its tasks (runtime::dump).
//
// Only ari's runtime does, when it is asked to (subscriber/FORMAT.md, "Dumps"). A dump is one event
// for each task and one at its end, all by one thread; several threads may be at it at once.
//
// Kept while a log is read. Memory: of the dump that is asked for its tasks, of each other one a
// few numbers.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "replay/input/reader.h"
#include "replay/model/task.h"
#include "replay/model/told_joins.h"

namespace ari::replay {

struct DumpedTask {
  SpanId span = 0;
  std::string name, kind;  // the name may be empty
  std::optional<State> state;
  std::optional<std::int64_t> since_poll_ns;  // nothing: it was not polled yet
  std::string stack;                          // as told; empty while it runs
  std::string waits_for;                      // the op, if it waits for one thing
  SpanId resource = 0, held_by = 0;           // 0: not told
  std::optional<ToldJoins> joins;             // nothing: it waits for no task's end
  LineNumber line = 0;
};

struct RecordedDump {
  std::int64_t at_unix_ns = 0;              // of its last event
  std::size_t task_count = 0;               // that are in the log
  std::optional<std::uint64_t> told_count;  // that the program says there are; none: it has no end
  LineNumber first_line = 0, last_line = 0;
  std::vector<DumpedTask> tasks;  // only of the dump that is asked for

  bool is_whole() const noexcept { return told_count == task_count; }
};

class RecordedDumps : public RecordSink {
 public:
  // `wanted`: of which dump the tasks are kept, from 1 in the order of their beginnings; 0: none.
  explicit RecordedDumps(std::size_t wanted) : wanted_(wanted) {}

  void record(const subscriber::Record& record, const Line& line) override;

  const std::vector<RecordedDump>& dumps() const noexcept { return dumps_; }

 private:
  std::size_t wanted_;
  std::vector<RecordedDump> dumps_;
  std::unordered_map<std::uint32_t, std::size_t> open_;  // index of the one that a thread is at
};

}  // namespace ari::replay
