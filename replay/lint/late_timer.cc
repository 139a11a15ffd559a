#include <fmt/format.h>

#include "replay/lint/lints.h"
#include "replay/lint/measured.h"

namespace ari::replay {

namespace {

std::string timer_text(const LateTimer& timer) {
  std::string out = fmt::format("{} [{}]", timer.concrete_type, timer.timer);
  if (!timer.location) return out;
  const SourceLocation& made = *timer.location;
  return out + fmt::format(" made at {}:{}:{}", made.file, made.line, made.column);
}

void check(const Model& model, std::size_t i, std::int64_t limit_ns, Findings& findings) {
  const Task& task = model.tasks[i];
  if (!task.latest_timer || !is_surely(model, task.latest_timer->late_ns, limit_ns)) return;
  const LateTimer& timer = *task.latest_timer;
  const Coverage& coverage = model.coverage.of_run_at(timer.line);
  // Which of several timers is meant may be a guess; and where lines are missing, the one that
  // tells that it was put off may be among them.
  const bool is_guessed = !coverage.facts.span_ids && coverage.has_guessed_lines();
  const bool is_sure = timer.is_sure && !is_guessed && !coverage.lacks_lines();
  findings.push_back(
      {"late-timer", is_sure ? Status::kDefinite : Status::kProvisional, i,
       fmt::format("was woken {} after {} was due (limit {})", measured_text(model, timer.late_ns),
                   timer_text(timer), limit_text(Limit::Unit::kNanoseconds, limit_ns)),
       timer.line, timer.line, timer.due_unix_ns, timer.late_ns});
}

}  // namespace

Lint late_timer() {
  return {
      .name = "late-timer",
      .summary = "timers that fired 10 ms or more too late",
      .limit = {Limit::Unit::kNanoseconds, 10'000'000},
      .check_task = check,
      .explanation = {
          .meaning = "A timer tells when it is due, and the runtime's driver woke its task later "
                     "than that by the limit, or more. How late counts to the wake: until the poll "
                     "it may have been longer (long-scheduled). The log has to tell of resources. "
                     "Provisional where the log leaves open which timer it was.",
          .reason =
              "Timers are looked at between polls. One that fires late was not looked at: the "
              "thread that should have was in a long poll, or got no processor. Timeouts "
              "then hit what would have been in time, and ticks come in bursts.",
          .advice = "ari-replay why tells what that thread did meanwhile. Move what blocks it into "
                    "spawn_blocking, or let long computations yield; if no poll was long, the "
                    "machine or its quota of CPU time was too small.",
          .rust = R"(loop {
    interval.tick().await;
    compress(&block);                 // blocks the worker, and its timers
}

tokio::task::spawn_blocking(move || compress(&block)).await?;
)",
          .cpp = R"(for (;;) {
  co_await interval.tick();
  compress(block);                    // blocks the worker, and its timers
}

co_await ari::spawn_blocking([&] { compress(block); });
)"}};
}

}  // namespace ari::replay
