#include "replay/model/runtime_event.h"

#include <algorithm>
#include <limits>

#include "replay/model/named_field.h"

namespace ari::replay {

using subscriber::Record;

namespace {

constexpr std::string_view kCoop = "runtime::coop";
constexpr std::string_view kWorker = "runtime::worker";
constexpr std::string_view kClose = "fmt::close";

std::int64_t duration_ns(const Record& record, std::string_view name) {
  constexpr std::uint64_t kMost = std::numeric_limits<std::int64_t>::max();
  return static_cast<std::int64_t>(std::min(whole_number(record, name).value_or(0), kMost));
}

}  // namespace

bool is_about_task(const Record& record) {
  if (record.target == kCoop) return text_field(record, "op") == "budget_exhausted";
  if (record.target == kClose) return true;
  return record.target == kWorker && text_field(record, "op") == "blocked";
}

std::optional<SpanId> told_task(const Record& record) { return whole_number(record, "task"); }

void note(const Record& record, LineNumber line, Task& task) {
  if (record.target == kCoop) {
    ++task.budget_exhausted;
    if (task.first_budget_line == 0) task.first_budget_line = line;
    task.last_budget_line = line;
    return;
  }
  if (record.target == kClose) {
    task.told_times = ToldTimes{duration_ns(record, "busy_ns"), duration_ns(record, "idle_ns")};
    return;
  }
  ++task.times_blocked;
  const std::int64_t for_ns = duration_ns(record, "for_ns");
  if (task.longest_blocked && task.longest_blocked->for_ns >= for_ns) return;
  task.longest_blocked =
      BlockedWorker{whole_number(record, "worker").value_or(0), for_ns, record.at_unix_ns,
                    std::string(text_field(record, "backtrace")), line};
}

}  // namespace ari::replay
