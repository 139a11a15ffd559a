// LateTimers: how late timers fired, worked out while a log is folded.
//
// A timer tells how long it has to wait, in whole milliseconds, rounded up, and a waker cloned in
// its span is the one that it will use. So it is due that long after it said so, or up to a
// millisecond earlier. It fires when the task is woken from outside of all polls, as the runtime's
// driver does it: that wake belongs to the timer of the task that was due first. Where something
// else woke the task from outside, such as a thread of the program's own, a timer that was overdue
// then seems to fire less late than it did, never later.
//
// Costs a look into a table for each waker and span, while there are timers, and one into a tree
// of the task's timers for each wake; memory follows the timers that are alive, and eight bytes for
// each that fired.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <unordered_map>

#include "replay/model/distribution.h"
#include "replay/model/model.h"
#include "replay/model/span_table.h"
#include "replay/model/task_fold.h"

namespace ari::replay {

class LateTimers {
 public:
  // `late_ns` is given a sample for each timer that fires; it and the model outlive this.
  LateTimers(Model& model, Samples& late_ns) : model_(model), late_ns_(&late_ns) {}
  // From now on those are given to this one.
  void add_to(Samples& late_ns) noexcept { late_ns_ = &late_ns; }

  // Whether there is a timer: else nothing below need be called, but began().
  bool any() const noexcept { return !timer_of_.empty(); }

  // Requires for each span that is not a resource: any().
  void began(const Span& span, const subscriber::Record& record);
  // An event in a span: how long a timer has to wait.
  void told(const subscriber::Record& record);
  // A waker of a task was cloned in a span.
  void cloned(SpanId in, std::uint32_t task);
  // It was woken, from outside of all polls. `is_sure`: whether that is certain.
  bool waits(std::uint32_t task) const { return waiting_.contains(task); }
  void woken(std::uint32_t task, const Moment& now, bool is_sure);
  void closed(SpanId span);
  // Its index may be another task's from now on.
  void forgot(std::uint32_t task);
  void end_recording();
  // Takes back what nobody can know: where spans that look alike had to be told apart while the log
  // does not tell threads, how long a timer had to wait may be another's.
  static void settle(Model& model);

 private:
  struct Timer {
    std::string concrete_type;
    std::optional<SourceLocation> location;
    std::optional<std::int64_t> due_unix_ns;  // at the latest; nothing: it has fired, or not told
    std::uint32_t task = kNowhere;            // whose waker it has
    std::uint64_t place = 0;                  // in the order in which tasks gave them wakers
  };
  // When it is due, its place, its id: those that are due first come first.
  using Key = std::tuple<std::int64_t, std::uint64_t, SpanId>;
  static Key key_of(SpanId id, const Timer& timer) {
    return {timer.due_unix_ns.value_or(INT64_MAX), timer.place, id};
  }
  // Among its task's timers, if it has one. Its key changes only while it is not.
  void remember(SpanId id, const Timer& timer);
  void forget(SpanId id, const Timer& timer);

  Model& model_;
  std::unordered_map<SpanId, Timer> timers_;
  std::unordered_map<SpanId, SpanId> timer_of_;  // of spans within a timer's, itself included
  std::unordered_map<std::uint32_t, std::set<Key>> waiting_;  // by task: its timers
  std::uint64_t next_place_ = 0;
  Samples* late_ns_;
};

}  // namespace ari::replay
