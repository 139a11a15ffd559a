// tokio-console looks at one instant: an idle task without wakers is lost, and a moment
// later it may not be. With the whole log at hand each such spell is followed to its end:
// a later poll refutes it; the end of the task or of the log leaves it standing.
#include <fmt/format.h>

#include "replay/lint/lints.h"
#include "replay/lint/measured.h"

namespace ari::replay {

namespace {

// What tokio-console says at the end of the log (console-subscriber's `awakened` covers
// tasks that were never polled).
void check_as_console(const Model& model, std::size_t i, Findings& findings) {
  const Task& task = model.tasks[i];
  const bool idle = task.state == State::kIdle && task.polls > 0;
  if (is_exempt(task) || !idle || task.waker_count() > 0) return;
  findings.push_back({"lost-waker", Status::kDefinite, i,
                      "has lost its waker and will never be woken again", task.first_line,
                      task.last_line});
}

std::int64_t length_ns(const LostWakerSpell& spell) {
  return spell.until_unix_ns - spell.since_unix_ns;
}

// A spell that the log's end cuts shorter than the limit may be over in the next line, and one that
// begins just there is none yet; one that was refuted sooner is not worth telling. By a coarse
// clock a task that was cleared away as soon as it had finished may seem to have lain for a step.
bool is_worth_telling(const Model& model, const LostWakerSpell& spell, std::int64_t limit_ns) {
  if (length_ns(spell) == 0 && spell.to_log_end) return false;
  const bool may_be_over = model.coverage.error_ns() > 0 && !spell.to_log_end;
  return (!spell.refuted && !may_be_over) || is_surely(model, length_ns(spell), limit_ns);
}

Status status_of(const Model& model, const LostWakerSpell& spell, std::int64_t limit_ns) {
  const Coverage& coverage = model.coverage.of_run_at(spell.first_line);
  if (spell.refuted) return Status::kRefuted;
  // What follows an instant in the middle of the log may refute it, too.
  const bool cut = coverage.torn || coverage.as_of_unix_ns.has_value();
  const bool cut_short = spell.to_log_end && (!is_surely(model, length_ns(spell), limit_ns) || cut);
  // Among what is not in the log there may be another waker, or the wake.
  return cut_short || coverage.has_gaps() || spell.doubtful ? Status::kProvisional
                                                            : Status::kDefinite;
}

std::string message_of(const Model& model, const LostWakerSpell& spell) {
  const std::string length = measured_text(model, length_ns(spell));
  if (spell.refuted) {
    return fmt::format("had no waker for {}, but then it was woken or polled after all", length);
  }
  if (spell.doubtful) {
    return fmt::format("has had no waker for {}; perhaps it is finished and only its span is open",
                       length);
  }
  if (spell.to_log_end) {
    return fmt::format("lost its last waker and has slept for {}, to {}", length,
                       log_end_words(model.coverage));
  }
  return fmt::format("lost its last waker and slept for {}, until it was destroyed", length);
}

void check(const Model& model, std::size_t i, std::int64_t limit_ns, Findings& findings) {
  if (model.semantics == Semantics::kConsole) return check_as_console(model, i, findings);
  for (const LostWakerSpell& spell : model.tasks[i].lost_waker_spells) {
    if (!is_worth_telling(model, spell, limit_ns)) continue;
    findings.push_back({"lost-waker", status_of(model, spell, limit_ns), i,
                        message_of(model, spell), spell.first_line, spell.last_line,
                        spell.since_unix_ns, length_ns(spell)});
  }
}

}  // namespace

Lint lost_waker() {
  return {
      .name = "lost-waker",
      .summary = "tasks that nothing can wake any more",
      .limit = {Limit::Unit::kNanoseconds, 100'000'000},
      .is_consoles = true,
      .by_default = true,
      .check_task = check,
      .explanation = {
          .meaning = "The task waits, has not been woken, and the last of its wakers is gone. If "
                     "the log ends sooner after that than the limit, this is provisional. A later "
                     "poll or wake refutes it, which is told only of spells as long as the limit.",
          .reason = "Nobody can wake the task any more: it waits until the runtime ends, and so "
                    "does everything that waits for it.",
          .advice = "A future that returns pending must keep the waker of its last poll, or keep "
                    "the inner future that has it. Look for futures that are made, polled once and "
                    "dropped within one poll, and for wakers that are stored only the first time.",
          .rust = R"(fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
    let mut timer = pin!(sleep(Duration::from_millis(10)));
    timer.as_mut().poll(cx)              // dropped here, the waker too
}

fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
    self.timer.as_mut().poll(cx)         // lives on until it wakes us
}
)",
          .cpp = R"(ari::Poll poll(ari::Context& cx) noexcept {
  auto timer = ari::time::sleep(10ms);
  return timer.poll(cx);                 // destroyed here, the waker too
}

ari::Poll poll(ari::Context& cx) noexcept {
  return timer_.poll(cx);                // lives on until it wakes us
}
)"}};
}

}  // namespace ari::replay
