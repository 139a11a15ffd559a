// tokio-console looks at one instant: an idle task without wakers is lost, and a moment
// later it may not be. With the whole log at hand each such spell is followed to its end:
// a later poll refutes it; the end of the task or of the log leaves it standing.
#include <fmt/format.h>

#include "replay/lint/lints.h"
#include "replay/model/duration_text.h"

namespace ari::replay {

namespace {

// A spell that the log's end cuts this short may be over in the next line; and one that
// was refuted sooner is not worth telling.
constexpr std::int64_t kGraceNs = 100'000'000;

// What tokio-console says at the end of the log (console-subscriber's `awakened` covers
// tasks that were never polled).
void check_as_console(const Model& model, Findings& findings) {
  for (std::size_t i = 0; i < model.tasks.size(); ++i) {
    const Task& task = model.tasks[i];
    const bool idle = task.state == State::kIdle && task.polls > 0;
    if (is_exempt(task) || !idle || task.waker_count() > 0) continue;
    findings.push_back({"lost-waker", Status::kDefinite, i,
                        "has lost its waker and will never be woken again", task.first_line,
                        task.last_line});
  }
}

std::int64_t length_ns(const LostWakerSpell& spell) {
  return spell.until_unix_ns - spell.since_unix_ns;
}

bool is_worth_telling(const LostWakerSpell& spell) {
  return !spell.refuted || length_ns(spell) >= kGraceNs;
}

Status status_of(const LostWakerSpell& spell, const Coverage& coverage) {
  if (spell.refuted) return Status::kRefuted;
  // What follows an instant in the middle of the log may refute it, too.
  const bool cut = coverage.torn || coverage.as_of_unix_ns.has_value();
  const bool cut_short = spell.to_log_end && (length_ns(spell) < kGraceNs || cut);
  // Among what is not in the log there may be another waker, or the wake.
  const bool has_gaps =
      coverage.events_lost > 0 || (coverage.inferred && coverage.inferred->wakers_left_out > 0);
  return cut_short || has_gaps || spell.doubtful ? Status::kProvisional : Status::kDefinite;
}

std::string message_of(const LostWakerSpell& spell, const Coverage& coverage) {
  const std::string length = duration_text(length_ns(spell));
  if (spell.refuted) {
    return fmt::format("had no waker for {}, but then it was woken or polled after all", length);
  }
  if (spell.doubtful) {
    return fmt::format("has had no waker for {}; perhaps it is finished and only its span is open",
                       length);
  }
  if (spell.to_log_end) {
    return fmt::format("lost its last waker and has slept for {}, to {}", length,
                       coverage.as_of_unix_ns ? "that instant" : "the end of the log");
  }
  return fmt::format("lost its last waker and slept for {}, until it was destroyed", length);
}

}  // namespace

void check_lost_waker(const Model& model, Findings& findings) {
  if (model.semantics == Semantics::kConsole) return check_as_console(model, findings);
  for (std::size_t i = 0; i < model.tasks.size(); ++i) {
    for (const LostWakerSpell& spell : model.tasks[i].lost_waker_spells) {
      if (!is_worth_telling(spell)) continue;
      findings.push_back({"lost-waker", status_of(spell, model.coverage), i,
                          message_of(spell, model.coverage), spell.first_line, spell.last_line,
                          spell.since_unix_ns});
    }
  }
}

}  // namespace ari::replay
