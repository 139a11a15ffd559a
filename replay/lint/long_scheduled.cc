#include <fmt/format.h>

#include "replay/lint/lints.h"
#include "replay/lint/measured.h"

namespace ari::replay {

namespace {

void check(const Model& model, std::size_t i, std::int64_t limit_ns, Findings& findings) {
  const Task& task = model.tasks[i];
  // One that was never polled is the business of never-polled.
  if (!is_woken_on_record(task) || task.polls == 0) return;
  if (!is_surely(model, task.longest_scheduled_ns, limit_ns)) return;
  findings.push_back({"long-scheduled", status_of_times(model, task), i,
                      fmt::format("was ready to run, but not polled, for {} (limit {})",
                                  measured_text(model, task.longest_scheduled_ns),
                                  limit_text(Limit::Unit::kNanoseconds, limit_ns)),
                      task.longest_scheduled_line, task.longest_scheduled_line, std::nullopt,
                      task.longest_scheduled_ns});
}

}  // namespace

Lint long_scheduled() {
  return {
      .name = "long-scheduled",
      .summary = "tasks that waited 10 ms or more to be polled",
      .limit = {Limit::Unit::kNanoseconds, 10'000'000},
      .check_task = check,
      .explanation = {
          .meaning = "Between a wake (or the spawn) and the poll that answered it lay as much time "
                     "as the limit, or more. The log line is the one in which that poll begins.",
          .reason = "The task was not waiting for anything but a thread. Such delays add to every "
                    "response, and are not seen in the task that suffers them.",
          .advice = "Something else held the threads: look for long polls at that time, with "
                    "ari-replay timeline or lint --warn long-poll. If there are none, more tasks "
                    "were ready than the threads could serve: use more of them, or take in less "
                    "work at once.",
          .rust = R"(for job in jobs { tokio::spawn(run(job)); }        // all are ready at once

let permits = Arc::new(Semaphore::new(64));
for job in jobs {
    let permit = permits.clone().acquire_owned().await?;
    tokio::spawn(async move { run(job).await; drop(permit); });
}
)",
          .cpp = R"(for (Job& job : jobs) set.spawn(run(job));         // all are ready at once

for (Job& job : jobs) {
  if (set.size() == 64) co_await set.join_next();  // no more at once
  set.spawn(run(job));
}
)"}};
}

}  // namespace ari::replay
