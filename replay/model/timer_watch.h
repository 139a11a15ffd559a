// TimerWatch: when timers that a task waits for are due, kept while a log is folded.
//
// A timer tells, as it begins to wait, how long it has to: the attribute `duration`, in whole
// milliseconds, rounded up. A waker that is cloned in its span then is the one that it will use.
// So the timer is due that long after it said so, or up to a millisecond earlier. Tokio and ari
// tell alike; logs without resources tell nothing.
//
// Memory grows with the timers that are alive, and by 100 bytes for each waker of a watched task
// that is cloned for a timer.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "replay/input/reader.h"
#include "replay/model/task.h"

namespace ari::replay {

struct TimerClone {
  LineNumber line = 0;  // where a waker was cloned for it
  SpanId timer = 0;
  std::string concrete_type;               // "Sleep"
  std::optional<SourceLocation> location;  // where it was made
  std::int64_t due_unix_ns = 0;            // at the latest
};

// How late a timer fired that did so that long after it was due. Timers count whole milliseconds:
// one that comes later by less is in time, and 0 late.
constexpr std::int64_t lateness_ns(std::int64_t after_due_ns) noexcept {
  constexpr std::int64_t kStepNs = 1'000'000;
  return after_due_ns < kStepNs ? 0 : after_due_ns;
}

// How long a timer says that it has to wait; nothing if it is not that what the record tells.
std::optional<std::int64_t> told_duration_ns(const subscriber::Record& record);

class TimerWatch : public RecordSink {
 public:
  // `watched(task)`: whether that task's wakers are wanted.
  explicit TimerWatch(std::function<bool(SpanId task)> watched) : watched_(std::move(watched)) {}

  void record(const subscriber::Record& record, const Line& line) override;

  // The timer for which the waker that was cloned in this line was cloned; null: for none, or
  // the log does not tell.
  const TimerClone* cloned_in(LineNumber line) const;

 private:
  struct Timer {
    std::string concrete_type;
    std::optional<SourceLocation> location;
    std::optional<std::int64_t> due_unix_ns;
  };
  void new_span(const subscriber::Record& record);
  void told(const subscriber::Record& record);
  void cloned(const subscriber::Record& record, const Line& line);

  std::function<bool(SpanId)> watched_;
  std::unordered_map<SpanId, Timer> timers_;
  std::unordered_map<SpanId, SpanId> timer_of_;  // of spans within a timer's, itself included
  std::vector<TimerClone> clones_;               // in order of lines
};

}  // namespace ari::replay
