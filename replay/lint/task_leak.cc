// Whether a silent task is forgotten or waits for what has not come yet no log can tell:
// every finding is provisional.
#include <fmt/format.h>

#include <algorithm>

#include "replay/lint/lints.h"
#include "replay/lint/measured.h"
#include "replay/model/open_time.h"

namespace ari::replay {

namespace {

std::int64_t last_sign_of_life(const Task& task) {
  return std::max({task.created_unix_ns.value_or(0), task.last_wake_unix_ns.value_or(0),
                   task.last_poll_ended_unix_ns.value_or(0)});
}

void check(const Model& model, std::size_t i, std::int64_t limit_ns, Findings& findings) {
  const Task& task = model.tasks[i];
  if (is_exempt(task) || task.state != State::kIdle || task.polls == 0) return;
  const std::int64_t since = last_sign_of_life(task);
  const std::int64_t silent_ns = open_ns(model, since, task.last_line);
  if (!is_surely(model, silent_ns, limit_ns) || silent_ns < recording_ns(model, task.last_line) / 2)
    return;
  findings.push_back({"task-leak", Status::kProvisional, i,
                      fmt::format("is alive, but was neither woken nor polled for {}, to {} "
                                  "(limit {})",
                                  measured_text(model, silent_ns), log_end_words(model.coverage),
                                  limit_text(Limit::Unit::kNanoseconds, limit_ns)),
                      task.first_line, task.last_line, since, silent_ns});
}

}  // namespace

Lint task_leak() {
  return {
      .name = "task-leak",
      .summary = "tasks that are alive but silent for most of the log",
      .limit = {Limit::Unit::kNanoseconds, 60'000'000'000},
      .check_task = check,
      .explanation = {
          .meaning =
              "The task is alive when the log ends, and was neither woken nor polled for as "
              "long as the limit and for at least half of its recording. Always provisional: it "
              "may wait for something that is rare, such as a signal to stop.",
          .reason = "A task that waits for what will never come keeps its memory, its sockets and "
                    "its permits. Spawned for each request, such tasks add up.",
          .advice = "Make sure that someone ends it: give the wait a timeout, cancel the task when "
                    "its request is over, and close the channel that it receives from.",
          .rust =
              R"(let reply = rx.recv().await;                // a peer that is gone never sends
let reply = timeout(Duration::from_secs(30), rx.recv()).await?;
)",
          .cpp = R"(co_await notified;                                  // perhaps for ever
co_await ari::select(notified, token.cancelled());  // or the end of it
)"}};
}

}  // namespace ari::replay
