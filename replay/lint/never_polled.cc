#include <fmt/format.h>

#include "replay/lint/lints.h"
#include "replay/lint/measured.h"

namespace ari::replay {

namespace {

void check(const Model& model, std::size_t i, std::int64_t limit_ns, Findings& findings) {
  // What is not in the log, or follows the instant that is looked at, may be the poll.
  const Task& task = model.tasks[i];
  const Coverage& coverage = model.coverage.of_run_at(task.first_line);
  if (!coverage.facts.polls) return;  // then all tasks look so
  const bool is_cut = coverage.torn || coverage.as_of_unix_ns || coverage.has_gaps();
  if (is_exempt(task) || !task.created_unix_ns || task.dropped_unix_ns) return;
  if (task.polls > 0 || task.state != State::kScheduled) return;
  if (!is_surely(model, task.total_ns, limit_ns)) return;
  findings.push_back(
      {"never-polled", is_cut ? Status::kProvisional : Status::kDefinite, i,
       fmt::format("has not been polled once in {}, from its spawn to {} "
                   "(limit {})",
                   measured_text(model, task.total_ns), log_end_words(model.coverage),
                   limit_text(Limit::Unit::kNanoseconds, limit_ns)),
       task.first_line, task.last_line, task.created_unix_ns, task.total_ns});
}

}  // namespace

Lint never_polled() {
  return {
      .name = "never-polled",
      .summary = "tasks that are spawned and then never run",
      .limit = {Limit::Unit::kNanoseconds, 1'000'000'000},
      .by_default = true,
      .check_task = check,
      .explanation = {
          .meaning = "The task was spawned, is alive when the log ends, and has not been polled in "
                     "all that time, which is as long as the limit.",
          .reason = "What the task was to do has not even begun. Either no thread drives the "
                    "runtime it was spawned on, or all its threads are busy with something else.",
          .advice = "A runtime with a single thread runs tasks only inside block_on, a LocalSet "
                    "only while it is awaited: make sure that someone does. Else look at what its "
                    "threads did meanwhile, with ari-replay timeline.",
          .rust = R"(let local = LocalSet::new();
local.spawn_local(work());
other().await;                             // nobody drives `local`

local.run_until(other()).await;
)",
          .cpp = R"(ari::Runtime runtime;
auto handle = runtime.spawn(work());
other();                                   // nobody drives `runtime`

runtime.block_on(wait_for(std::move(handle)));
)"}};
}

}  // namespace ari::replay
