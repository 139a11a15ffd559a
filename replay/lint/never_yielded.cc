#include <fmt/format.h>

#include "replay/lint/lints.h"
#include "replay/lint/measured.h"

namespace ari::replay {

namespace {

void check(const Model& model, std::size_t i, std::int64_t limit_ns, Findings& findings) {
  const Task& task = model.tasks[i];
  if (is_exempt(task) || !task.first_poll) return;
  if (!is_surely(model, task.first_poll->duration_ns, limit_ns)) return;
  const FirstPoll& poll = *task.first_poll;
  const std::string length = measured_text(model, poll.duration_ns);
  const bool is_sure = model.semantics == Semantics::kConsole ||
                       !model.coverage.of_run_at(task.first_line).lacks_lines();
  const Status status = is_sure ? Status::kDefinite : Status::kProvisional;
  if (!poll.over) {
    findings.push_back(
        {"never-yielded", status, i,
         fmt::format("has been in its first poll for {} {}", length,
                     model.coverage.as_of_unix_ns ? "at that instant" : "when the log ends"),
         poll.first_line, poll.last_line, poll.start_unix_ns, poll.duration_ns});
  } else if (model.semantics == Semantics::kCorrected) {
    findings.push_back({"never-yielded", status, i,
                        fmt::format("did not yield for {}, in its first poll", length),
                        poll.first_line, poll.last_line, poll.start_unix_ns, poll.duration_ns});
  }
}

}  // namespace

Lint never_yielded() {
  return {
      .name = "never-yielded",
      .summary = "tasks whose first poll runs for a second or more",
      .limit = {Limit::Unit::kNanoseconds, 1'000'000'000},  // tokio-console's
      .is_consoles = true,
      .by_default = true,
      .check_task = check,
      .explanation = {
          .meaning = "The task has been in its first poll for as long as the limit when the log "
                     "ends, or was until that poll ended: tokio-console shows the warning "
                     "only for so long. long-poll tells of polls that were merely long.",
          .reason = "A task that does not yield holds its worker thread. Whatever waits for that "
                    "thread does not run, nor can the task be cancelled.",
          .advice = "Give way now and then, or move the computation off the runtime's threads.",
          .rust = R"(for chunk in chunks {
    digest(chunk);
    tokio::task::yield_now().await;        // lets others run
}

tokio::task::spawn_blocking(|| digest_all(chunks)).await?;
)",
          .cpp = R"(for (const Chunk& chunk : chunks) {
  digest(chunk);
  co_await ari::task::yield_now();         // lets others run
}
)"}};
}

}  // namespace ari::replay
