#include <fmt/format.h>

#include "replay/lint/lints.h"

namespace ari::replay {

namespace {

void check(const Model& model, std::size_t i, std::int64_t limit_percent, Findings& findings) {
  // Once or twice is what the budget is for; only many are a habit.
  constexpr std::uint64_t kFewest = 20;
  const Task& task = model.tasks[i];
  if (task.budget_exhausted < kFewest || task.polls == 0) return;
  // One poll may report it more than once: with each thing that it tries to wait for.
  const std::uint64_t hundredfold = task.budget_exhausted * 100;
  if (hundredfold < static_cast<std::uint64_t>(limit_percent) * task.polls) return;
  findings.push_back(
      {"budget-exhausted", Status::kDefinite, i,
       fmt::format("used up its budget {} times in {} polls, and was made to yield (limit {}%)",
                   task.budget_exhausted, task.polls, limit_percent),
       task.first_budget_line, task.last_budget_line, std::nullopt,
       static_cast<std::int64_t>(hundredfold / task.polls)});
}

}  // namespace

Lint budget_exhausted() {
  return {
      .name = "budget-exhausted",
      .summary = "tasks that often have to be made to yield",
      .limit = {Limit::Unit::kPercent, 50},
      .by_default = true,
      .check_task = check,
      .explanation = {
          .meaning = "For each hundred of the task's polls its budget ran out as often as the "
                     "limit says, or more, and at least 20 times. The budget is how many things "
                     "a task may find ready in one poll before it has to let others run. Only "
                     "logs of ari's runtime tell of it (target runtime::coop).",
          .reason = "What the task waits for is always there already: it never really waits, and "
                    "gives way only because it is made to. Others are served between two of its "
                    "budgets, and each round costs a wake and a poll.",
          .advice = "Take what has come in batches instead of one by one, put the work of one "
                    "loop into several tasks, or slow the sender down with a smaller channel. "
                    "If the task is meant to work without a pause, give it a thread of its own.",
          .rust = R"(while let Some(job) = rx.recv().await { run(job); }     // always one more

while rx.recv_many(&mut jobs, 64).await > 0 {            // one await for 64
    for job in jobs.drain(..) { run(job); }
}
)",
          .cpp = R"(while (true) {
  auto job = co_await rx.recv();                         // always one more
  if (!job) break;
  run(*job);
}

auto [tx, rx] = ari::sync::mpsc::channel<Batch>(16);  // one await for a batch
)"}};
}

}  // namespace ari::replay
