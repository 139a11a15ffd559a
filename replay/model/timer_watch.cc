#include "replay/model/timer_watch.h"

#include <algorithm>
#include <limits>

#include "replay/model/attribute.h"
#include "replay/model/named_field.h"
#include "replay/model/saturating.h"
#include "replay/model/told_location.h"

namespace ari::replay {

using subscriber::Record;
using subscriber::RecordKind;

namespace {

constexpr std::int64_t kMillisecond = 1'000'000;

std::optional<SourceLocation> location_of(const Record& record) {
  const auto told = told_location(record);
  if (!told) return std::nullopt;
  return SourceLocation{std::string(told->file), told->line, told->column,
                        std::string(told->function)};
}

}  // namespace

// "duration=101, duration.unit=ms" in nanoseconds.
std::optional<std::int64_t> told_duration_ns(const Record& record) {
  const std::optional<std::uint64_t> duration = whole_number(record, "duration");
  if (!duration || text_field(record, "duration.unit") != "ms") return std::nullopt;
  constexpr std::uint64_t kMost = std::numeric_limits<std::int64_t>::max() / kMillisecond;
  return static_cast<std::int64_t>(std::min(*duration, kMost)) * kMillisecond;
}

void TimerWatch::record(const Record& record, const Line& line) {
  switch (record.kind) {
    case RecordKind::kHeader:
      timers_.clear();
      timer_of_.clear();
      return;
    case RecordKind::kNew:
      return new_span(record);
    case RecordKind::kEvent:
      return told(record);
    case RecordKind::kWaker:
      return cloned(record, line);
    case RecordKind::kClose:
      timers_.erase(record.span);
      timer_of_.erase(record.span);
      return;
    default:
      return;
  }
}

void TimerWatch::new_span(const Record& record) {
  if (record.name == "runtime.resource" && text_field(record, "kind") == "timer") {
    timers_[record.span] = {std::string(text_field(record, "concrete_type")), location_of(record),
                            std::nullopt};
    timer_of_[record.span] = record.span;
    return;
  }
  if (const auto around = timer_of_.find(record.parent); around != timer_of_.end()) {
    timer_of_[record.span] = around->second;
  }
}

void TimerWatch::told(const Record& record) {
  const auto of = timer_of_.find(record.span);
  if (of == timer_of_.end()) return;
  const auto timer = timers_.find(of->second);
  if (timer == timers_.end()) return;
  const auto duration_ns = told_duration_ns(record);
  if (duration_ns) timer->second.due_unix_ns = saturating_add(record.at_unix_ns, *duration_ns);
}

void TimerWatch::cloned(const Record& record, const Line& line) {
  if (record.op != subscriber::WakerOp::kClone || !watched_(record.task)) return;
  const auto of = timer_of_.find(record.span);
  if (of == timer_of_.end()) return;
  const auto timer = timers_.find(of->second);
  if (timer == timers_.end() || !timer->second.due_unix_ns) return;
  clones_.push_back({line.number, of->second, timer->second.concrete_type, timer->second.location,
                     *timer->second.due_unix_ns});
}

const TimerClone* TimerWatch::cloned_in(LineNumber line) const {
  const auto found = std::lower_bound(
      clones_.begin(), clones_.end(), line,
      [](const TimerClone& clone, LineNumber wanted) { return clone.line < wanted; });
  return found != clones_.end() && found->line == line ? &*found : nullptr;
}

}  // namespace ari::replay
