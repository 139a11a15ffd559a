#include <fmt/format.h>

#include "replay/lint/lints.h"
#include "replay/lint/measured.h"

namespace ari::replay {

namespace {

void check(const Model& model, std::size_t i, std::int64_t limit_ns, Findings& findings) {
  const Task& task = model.tasks[i];
  if (is_exempt(task) || task.polls == 0) return;
  if (!is_surely(model, task.longest_poll_ns, limit_ns)) return;
  findings.push_back({"long-poll", status_of_times(model, task), i,
                      fmt::format("its longest poll ran for {} (limit {})",
                                  measured_text(model, task.longest_poll_ns),
                                  limit_text(Limit::Unit::kNanoseconds, limit_ns)),
                      task.longest_poll_line, task.longest_poll_line, std::nullopt,
                      task.longest_poll_ns});
}

}  // namespace

Lint long_poll() {
  return {
      .name = "long-poll",
      .summary = "tasks with a poll of 10 ms or more",
      .limit = {Limit::Unit::kNanoseconds, 10'000'000},
      .check_task = check,
      .explanation = {
          .meaning = "The longest of the task's polls ran for as long as the limit, or more. The "
                     "log line is the one in which that poll begins.",
          .reason = "While a poll runs, its thread does nothing else: timers are late, and tasks "
                    "that are ready wait. The delay of all others is as long as the longest poll.",
          .advice = "Look for blocking calls (files, locks, sleeping, computing) in what the poll "
                    "ran, and move them to a thread of their own or cut them into pieces. On a "
                    "machine that is short of processors a poll may be long because the system "
                    "ran something else: then set a higher limit.",
          .rust = R"(std::thread::sleep(PAUSE);                 // holds the worker thread
tokio::time::sleep(PAUSE).await;           // gives it back

let text = std::fs::read_to_string(path)?; // blocks
let text =
    tokio::task::spawn_blocking(|| std::fs::read_to_string(path)).await??;
)",
          .cpp = R"(std::this_thread::sleep_for(kPause);       // holds the worker thread
co_await ari::time::sleep(kPause);         // gives it back

for (Row& row : rows) {
  compute(row);
  co_await ari::task::consume_budget();    // gives way now and then
}
)"}};
}

}  // namespace ari::replay
