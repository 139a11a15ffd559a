#include <fmt/format.h>

#include "replay/lint/lints.h"
#include "replay/lint/measured.h"

namespace ari::replay {

namespace {

// A few are the price of any race; only many are a habit.
constexpr std::uint64_t kFewest = 20;

void check(const Model& model, std::size_t i, std::int64_t limit_percent, Findings& findings) {
  const Task& task = model.tasks[i];
  if (is_exempt(task) || task.redundant_wakes < kFewest) return;
  const std::uint64_t hundredfold = task.redundant_wakes * 100;
  if (hundredfold <= static_cast<std::uint64_t>(limit_percent) * task.wakes) return;
  findings.push_back(
      {"redundant-wakes", status_of_times(model, task), i,
       fmt::format("{} of its {} wakes, {}%, came when it was to be polled anyway (limit {}%)",
                   task.redundant_wakes, task.wakes, hundredfold / task.wakes, limit_percent),
       task.first_line, task.last_line, std::nullopt,
       static_cast<std::int64_t>(hundredfold / task.wakes)});
}

}  // namespace

Lint redundant_wakes() {
  return {
      .name = "redundant-wakes",
      .summary = "tasks that are woken again while they are scheduled",
      .limit = {Limit::Unit::kPercent, 50},
      .check_task = check,
      .explanation = {
          .meaning = "More than the limit's share of the task's wakes, and at least 20, found it "
                     "scheduled already: they changed nothing. Not counted in console semantics.",
          .reason = "A wake that changes nothing still costs the one who wakes, and the task's "
                    "memory is fetched from another processor. With many senders that is felt.",
          .advice = "Wake once for a batch instead of once for each part. A future that waits for "
                    "many things at once and is polled whole after each is better split into "
                    "tasks, or put into a FuturesUnordered or JoinSet, which poll what was woken.",
          .rust = R"(for row in rows { tx.send(row).await?; }    // a wake for each row
tx.send(rows).await?;                       // one for all
)",
          .cpp = R"(for (Row& row : rows) {
  queue.push(row);
  notify.notify_one();                      // a wake for each row
}
notify.notify_one();                        // one for all, after the loop
)"}};
}

}  // namespace ari::replay
