#include <fmt/format.h>

#include <algorithm>

#include "replay/lint/lints.h"
#include "replay/lint/measured.h"

namespace ari::replay {

namespace {

// Of fewer polls nobody can say what is usual; and a shorter one harms nobody.
constexpr std::uint64_t kFewestPolls = 20;
constexpr std::int64_t kShortestNs = 1'000'000;

void check(const Model& model, std::size_t i, std::int64_t limit_times, Findings& findings) {
  const Task& task = model.tasks[i];
  if (is_exempt(task) || task.polls < kFewestPolls || task.longest_poll_ns < kShortestNs) {
    return;
  }
  const auto others = static_cast<std::int64_t>(task.polls - 1);
  // Of a coarse clock the worst is taken: a longest poll that was shorter, others that were longer.
  const std::int64_t error_ns = model.coverage.error_ns();
  const std::int64_t usual_ns =
      std::max<std::int64_t>(1, (task.busy_ns - task.longest_poll_ns) / others + error_ns);
  const std::int64_t times = (task.longest_poll_ns - error_ns) / usual_ns;
  if (times < limit_times) return;
  findings.push_back(
      {"outlier-poll", status_of_times(model, task), i,
       fmt::format("its longest poll ran for {}, {} times as long as its {} others "
                   "on average (limit {})",
                   measured_text(model, task.longest_poll_ns), times, others, limit_times),
       task.longest_poll_line, task.longest_poll_line, std::nullopt, times});
}

}  // namespace

Lint outlier_poll() {
  return {
      .name = "outlier-poll",
      .summary = "tasks with a poll 50 times as long as usual",
      .limit = {Limit::Unit::kTimes, 50},
      .check_task = check,
      .explanation = {
          .meaning = "The longest of the task's polls took the limit's multiple of what its other "
                     "polls took on average, and at least a millisecond. Tasks with fewer than 20 "
                     "polls are passed over.",
          .reason = "A task whose polls are nearly always short has a slow path that somebody will "
                    "meet: a full buffer, a lock that is held, a table that grows.",
          .advice = "Look at that poll with ari-replay task LOG line=N, and at what the task does "
                    "seldom. As with long-poll, a busy machine can make any poll long.",
          .rust = R"(map.insert(key, value);                    // now and then the whole map moves
let mut map = HashMap::with_capacity(n);   // never, if `n` is known
)",
          .cpp = R"(rows.push_back(row);                       // now and then all rows move
rows.reserve(n);                           // never, if `n` is known
)"}};
}

}  // namespace ari::replay
