// Model: a whole log folded into tasks, resources and async operations.
//
// The middle of replay: fold() reads the log once, record by record, and works out every
// task's counts and times in the semantics asked for. Lints and reports read the result.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "replay/input/coverage.h"
#include "replay/model/deadlock.h"
#include "replay/model/forgotten_tasks.h"
#include "replay/model/recording_clock.h"
#include "replay/model/resource.h"
#include "replay/model/task.h"
#include "replay/model/text_pool.h"
#include "replay/result.h"

namespace ari::replay {

struct Model;
class ReadObserver;
class RecordSink;

// While fold() runs, all that is called and all sinks here are used by one thread at a time, which
// need not be the caller's; the observer hears of reading from the caller's.
struct FoldOptions {
  Semantics semantics = Semantics::kCorrected;
  // Tasks for which it says yes keep their life line by line and get distributions. Asked when the
  // task is first seen, with its identity filled in.
  std::function<bool(const Task&)> watch;
  // Whether the model is to have resources and async ops. Without them only the number of
  // either is known, and folding is faster.
  bool resources = false;
  // Whether it is to have deadlocks and held waits, which they take too. Without `resources` those
  // that are gone are forgotten at once, so memory grows with what is alive.
  bool deadlocks = false;
  // Resources for which it says yes keep their changes. Asked when the resource is made.
  std::function<bool(const Resource&)> watch_resource;
  // Asked once of each task that is over, when nothing can happen to it any more. Those for which
  // it says no are forgotten, and the Model only counts them: memory grows with what is alive.
  // Null: all are kept, as they are of a log that tells only at its end how its tasks ended, and
  // after events were lost. Not with resources, watch or samples.
  std::function<bool(const Model&, std::size_t task)> is_worth_keeping;
  // Whether of what is over nothing is to be kept: tasks are only counted, resources and ops are
  // gone, and neither is the model's distribution of polls exact. Instead of is_worth_keeping.
  bool only_alive = false;
  // Whether each task is to keep every poll's duration and every delay: 16 bytes a poll; and each
  // op that is used again how long each of its waits took.
  bool samples = false;
  // Task::number of those whose exits are not all in the log, as a first reading has found: if one
  // of them is entered while it is entered, the exit before is missing. Of others that is a poll
  // within a poll, as of a future that is in its own task's span.
  std::unordered_set<std::uint32_t> miss_exits;
  // Is given every record too, after the fold; not owned. Null: nobody.
  RecordSink* beside = nullptr;
  // Is told how reading goes on; not owned. Null: nobody.
  ReadObserver* observer = nullptr;
  // Told the log's first instant, it returns the last one that counts: what happened later
  // is as if it had not, and what is open is measured up to that instant.
  std::function<std::int64_t(std::int64_t first_unix_ns)> until;
};

// The end of a recording, up to which what is open in it is measured (open_time.h).
struct RecordingEnd {
  LineNumber last_line = 0;
  std::int64_t first_unix_ns = 0;  // its earliest instant, before its clock was set back
  ClockEnd clock;
  std::uint64_t enters_in_gaps = 0, enters_without_exit = 0, news_in_gaps = 0;  // as in Coverage
};

// Adds to the coverage of each run what is missing in its recordings.
void tell_runs(const std::vector<RecordingEnd>& recordings, Coverage& coverage);

// How late timers fired, where the log tells of resources (late_timers.h).
struct TimerLateness {
  Distribution late;  // of all that fired; 0 for those that did so in time
  LateTimer worst;    // late_ns = 0: none was late
};

struct Model {
  Coverage coverage;
  Semantics semantics{};
  std::int64_t end_unix_ns = 0;              // the last instant that counts
  std::vector<RecordingEnd> recording_ends;  // of each recording in the log, in order of line
  std::deque<Task> tasks;            // in order of appearance; a deque, since growing moves none
  ForgottenTasks forgotten;          // those that are not there, since nobody would ask for them
  std::uint64_t resource_count = 0;  // 0 also if the format cannot tell
  std::uint64_t op_count = 0;
  std::deque<Resource> resources;  // in order of appearance; only if asked for
  std::deque<AsyncOp> ops;         // likewise
  // In order of beginning; only if they or resources are asked for.
  std::vector<Deadlock> deadlocks;
  std::shared_ptr<TextPool> texts = std::make_shared<TextPool>();
  // All polls and all scheduling delays of the run's tasks of kind task and local.
  Distribution poll_times;
  Distribution scheduled_times;
  TimerLateness timers;

  std::uint64_t task_count() const noexcept { return tasks.size() + forgotten.count; }
};

// The thing of this list that a link leads to; null if it is not there.
template <typename Thing>
const Thing* follow(const std::deque<Thing>& things, const Link& link) noexcept {
  return link.index < things.size() ? &things[link.index] : nullptr;
}

// Reads the log at `path` ("-": standard input) and folds it, on two threads where the process may
// use two cores. Fails as read_log() does. Where tasks may be forgotten and one that was is heard
// of again, the log is read a second time and they are kept; so they are from the beginning of what
// cannot be read twice. Likewise it is read again if exits of tasks are missing, which only their
// ends tell.
Result<Model> fold(const std::string& path, const FoldOptions& options);
// The same of several files. Those of one run are one log; different runs share nothing.
Result<Model> fold(const std::vector<std::string>& paths, const FoldOptions& options);

}  // namespace ari::replay
