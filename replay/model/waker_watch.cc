#include "replay/model/waker_watch.h"

#include <algorithm>

namespace ari::replay {

namespace {

// A finished task is destroyed within microseconds of its last poll, even on a machine so
// busy that the thread is put aside in between. A task that lay longer was not finished.
constexpr std::int64_t kClearedAwayNs = 100'000'000;

std::int64_t duration_ns(const LostWakerSpell& spell) {
  return std::max<std::int64_t>(0, spell.until_unix_ns - spell.since_unix_ns);
}

LostWakerSpell ended(LostWakerSpell spell, std::int64_t at_unix_ns, LineNumber line) {
  spell.until_unix_ns = std::max(spell.since_unix_ns, at_unix_ns);
  spell.last_line = line;
  return spell;
}

}  // namespace

void WakerWatch::update(bool stuck, std::int64_t at_unix_ns, LineNumber line) {
  if (stuck == static_cast<bool>(open_)) return;
  if (stuck) {
    LostWakerSpell spell;
    spell.since_unix_ns = at_unix_ns;
    spell.first_line = line;
    open_ = spell;
  } else {
    refute(ended(*open_, at_unix_ns, line));
    open_.reset();
  }
}

void WakerWatch::entered(std::int64_t at_unix_ns, LineNumber line) {
  entered_unix_ns_ = at_unix_ns;
  before_pair_.reset();
  if (!open_) return;
  before_pair_ = ended(*open_, at_unix_ns, line);
  open_.reset();
}

void WakerWatch::was_polled() {
  if (before_pair_) refute(*before_pair_);
  before_pair_.reset();
}

void WakerWatch::was_destroyed() {
  destroyed_ = true;
  open_ = before_pair_;
  before_pair_.reset();
  if (refuted_ && refuted_->since_unix_ns >= entered_unix_ns_) refuted_.reset();
}

std::optional<LostWakerSpell> WakerWatch::at_task_end(std::int64_t at_unix_ns, LineNumber line,
                                                      std::optional<Outcome> outcome) const {
  if (!open_) return std::nullopt;
  const LostWakerSpell spell = destroyed_ ? *open_ : ended(*open_, at_unix_ns, line);
  const bool finished =
      outcome ? *outcome != Outcome::kCancelled : duration_ns(spell) < kClearedAwayNs;
  if (finished) return std::nullopt;
  return spell;
}

std::optional<LostWakerSpell> WakerWatch::at_log_end(std::int64_t at_unix_ns,
                                                     LineNumber line) const {
  if (!open_) return std::nullopt;
  LostWakerSpell spell = ended(*open_, at_unix_ns, line);
  spell.to_log_end = true;
  return spell;
}

void WakerWatch::refute(LostWakerSpell spell) {
  spell.refuted = true;
  if (!refuted_ || duration_ns(spell) > duration_ns(*refuted_)) refuted_ = spell;
}

}  // namespace ari::replay
