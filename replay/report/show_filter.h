// ShowFilter: which lines of a log `show` prints.
//
// Every condition that is set must hold; of several values of one condition, one. A line
// belongs to a span if it is about that span, happens in it, or about or in a span inside
// it; a waker event also belongs to the task whose waker it is.
#pragma once

#include <cstdint>
#include <optional>
#include <unordered_map>
#include <vector>

#include "replay/report/task_selector.h"
#include "replay/report/time_bound.h"
#include "subscriber/event_kind.h"
#include "subscriber/record.h"

namespace ari::replay {

using subscriber::EventKinds;

struct ShowConditions {
  std::vector<SpanId> spans;
  std::vector<TaskSelector> tasks;
  EventKinds kinds = 0;  // 0: all
  std::optional<TimeBound> from, to;
  // What those two count from, if it is not the first line that comes.
  std::optional<std::int64_t> start_unix_ns;

  bool any() const noexcept { return !spans.empty() || !tasks.empty() || kinds != 0 || from || to; }
};

// Not thread-safe. Memory grows with the spans that are open and the tasks that were asked for.
class ShowFilter {
 public:
  explicit ShowFilter(ShowConditions conditions)
      : conditions_(std::move(conditions)), start_unix_ns_(conditions_.start_unix_ns) {}

  // Whether the record is to be printed. Must see every record of a log, in order; `line`
  // is the log line it stands in.
  bool accepts(const subscriber::Record& record, LineNumber line);

  // Whether spans or tasks were asked for, and nothing that came so far is about one of them.
  bool knows_none() const noexcept {
    return !(conditions_.spans.empty() && conditions_.tasks.empty()) && !knows_one_;
  }

 private:
  struct Span {
    EventKinds kind;
    bool wanted;  // itself or a span around it was asked for
  };

  void open_span(const subscriber::Record& record, LineNumber line);
  bool asked_for(const subscriber::Record& record, LineNumber line) const;
  bool asked_for(SpanId id) const;
  bool in_time(std::int64_t at_unix_ns);
  EventKinds kind_of(const subscriber::Record& record) const;
  bool belongs(const subscriber::Record& record) const;

  ShowConditions conditions_;
  std::unordered_map<SpanId, Span> spans_;
  std::unordered_map<SpanId, bool> wanted_tasks_;  // their late waker events belong to them
  std::optional<std::int64_t> start_unix_ns_;
  bool knows_one_ = false;
};

}  // namespace ari::replay
