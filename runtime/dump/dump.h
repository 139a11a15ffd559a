// dump: what every task of a runtime is doing, now.
//
//   std::cerr << ari::dump().to_string();          // in a task: of the runtime it is in
//   for (const auto& task : handle.dump().tasks()) // from any thread
//     report(task.name, task.trace.to_string());
//
// Each task with its stack of suspended coroutines, the co_await that each waits in and
// what the innermost waits for: a timer, a channel, a lock and who has locked it, permits and
// some of those who have them. As Tokio's Handle::dump(), but it waits for nobody: tasks run
// on, and one is kept from running only while its own frames are read, for a microsecond or
// two. So tasks are not all told as of one instant, but for those that wait in a circle; and of
// one that is running in that moment, such as the one that calls, no more can be told than that.
// From outside of the program a signal asks for a dump: on_signal.h.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <source_location>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/dump/circles.h"
#include "runtime/dump/stack_trace.h"
#include "runtime/scheduler/handle.h"
#include "runtime/task/joined.h"
#include "runtime/task/state.h"

namespace ari {

struct TaskDump {
  using State = task::State::Activity;

  trace::SpanId id = trace::kNoSpan;  // as in logs
  std::string name;                   // may be empty
  std::string_view kind;              // "task", "local", "block_on" or "blocking"
  std::source_location spawned_at;
  State state = State::kIdle;       // never kComplete
  std::chrono::nanoseconds age{0};  // since the spawn; as precise as CoarseClock
  // Since its last poll began, or the one that goes on; nothing if it was not polled yet.
  std::optional<std::chrono::nanoseconds> since_poll;
  StackTrace trace;  // empty while it is running
  // The tasks whose end it waits for, in whichever of its branches, and by which op; of several
  // the first.
  task::Joined joins;
  std::string_view join_op;
};

class Dump {
 public:
  // Of this runtime, blocking functions included. Any thread.
  static Dump of(scheduler::Engine& runtime);

  // In the order of their spawns: first tasks, then blocking ones, then those of LocalSets.
  const std::vector<TaskDump>& tasks() const noexcept { return tasks_; }

  // The task with this id, or null. O(log tasks).
  const TaskDump* find(trace::SpanId id) const noexcept;

  // Those who waited for one another all at the same time, while the dump was taken.
  const std::vector<Circle>& circles() const noexcept { return circles_; }

  // For people: how many tasks do what, then each task. Ends with LF.
  std::string to_string() const;

  // Puts it on record, if somebody listens: events with the target runtime::dump, one for
  // each task (subscriber/FORMAT.md).
  void record() const;

 private:
  // After the last task.
  void sort_ids();
  // Looks at tasks again, `seen`, in the order of tasks_, as often as a circle takes.
  struct Seen;
  void look_for_circles(const std::vector<Seen>& seen);

  // When it began: nothing that it tells is older.
  std::chrono::steady_clock::time_point began_at_ = std::chrono::steady_clock::now();
  std::vector<TaskDump> tasks_;
  std::vector<std::size_t> by_id_;  // their places, in the order of ids
  std::vector<Circle> circles_;
};

// Of the runtime that the calling thread is running. Throws std::logic_error if there is
// none.
inline Dump dump() {
  return Dump::of(*scheduler::Scheduler::current(
      "dump() is for code inside of a task; elsewhere use Handle::dump()"));
}

}  // namespace ari
