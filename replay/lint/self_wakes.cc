#include <fmt/format.h>

#include <string>
#include <utility>

#include "replay/lint/lints.h"

namespace ari::replay {

namespace {

// One wake by itself is all of one wake. tokio-console reports that too, so only the
// corrected semantics ask for more.
constexpr std::uint64_t kFewestWakes = 5;

// tokio-console cuts the percentage to a whole number first, so that 50.9 % pass.
bool is_above(const Task& task, std::uint64_t self_wakes, std::uint64_t limit_percent,
              Semantics semantics) {
  const std::uint64_t hundredfold = self_wakes * 100;
  if (semantics == Semantics::kConsole) return hundredfold / task.wakes > limit_percent;
  return hundredfold > limit_percent * task.wakes;
}

void check(const Model& model, std::size_t i, std::int64_t limit_percent, Findings& findings) {
  const Task& task = model.tasks[i];
  if (is_exempt(task) || task.wakes == 0) return;
  if (model.semantics == Semantics::kCorrected && task.wakes < kFewestWakes) return;
  const auto limit = static_cast<std::uint64_t>(limit_percent);
  const std::uint64_t most = task.self_wakes + task.perhaps_self_wakes;
  if (!is_above(task, most, limit, model.semantics)) return;
  const bool is_above_for_sure = is_above(task, task.self_wakes, limit, model.semantics);
  const std::uint64_t shown = is_above_for_sure ? task.self_wakes : most;
  std::string message = fmt::format("{} {} times, {}% of its {} wakes (limit {}%)",
                                    is_above_for_sure ? "woke itself" : "perhaps woke itself",
                                    shown, shown * 100 / task.wakes, task.wakes, limit_percent);
  if (!is_above_for_sure) {
    message += fmt::format(
        ": {} of these may be by others, since the log tells no threads and several tasks were "
        "polled",
        task.perhaps_self_wakes);
  }
  // What is missing may be wakes by others, of which the share is taken.
  const bool has_all = model.semantics == Semantics::kConsole ||
                       !model.coverage.of_run_at(task.first_line).has_gaps();
  findings.push_back({"self-wakes",
                      is_above_for_sure && has_all ? Status::kDefinite : Status::kProvisional, i,
                      std::move(message), task.first_line, task.last_line, std::nullopt,
                      static_cast<std::int64_t>(shown * 100 / task.wakes)});
}

}  // namespace

Lint self_wakes() {
  return {
      .name = "self-wakes",
      .summary = "tasks that mostly wake themselves",
      .limit = {Limit::Unit::kPercent, 50},
      .is_consoles = true,
      .by_default = true,
      .check_task = check,
      .explanation = {
          .meaning = "More than the limit's share of the task's wakes came during its own polls. A "
                     "task that was woken fewer than five times is passed over.",
          .reason = "A task that wakes itself never waits for anything: it is polled again and "
                    "again, and takes time from all others. It is a busy loop in disguise.",
          .advice = "Wait for the event itself instead of asking again and again whether it has "
                    "come. A future that returns pending must have handed its waker to whoever "
                    "will wake it. Where a long computation gives way with yield_now, self-wakes "
                    "are meant: allow the lint there.",
          .rust = R"(while !ready.load(Ordering::Acquire) {
    tokio::task::yield_now().await;   // asks again at once
}

notify.notified().await;              // sleeps until it is told
)",
          .cpp = R"(while (!ready.load(std::memory_order_acquire)) {
  co_await ari::task::yield_now();    // asks again at once
}

co_await notify.notified();           // sleeps until it is told
)"}};
}

}  // namespace ari::replay
