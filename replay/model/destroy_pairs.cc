#include "replay/model/destroy_pairs.h"

namespace ari::replay {

void DestroyPairs::closed(std::string_view kind, const CorrectedTimes& times) noexcept {
  if (!times.has_held()) return;
  const bool single = times.polls() == 0;
  if (is_closure(kind)) {
    ++(single ? polled_ : destroyed_);
  } else if (is_woken_by_wakers(kind) && times.always_woken()) {
    ++(single ? single_ : times.last_pair().woken() ? polled_ : destroyed_);
  }
}

DestroyPairs::Verdict DestroyPairs::verdict() const noexcept {
  // A task may be woken during its last poll or just before it is aborted: then its
  // destruction looks like a poll. So a few clear cases outweigh many of those.
  constexpr std::uint64_t kOutweighs = 8;
  if (saw_outcome_) return Verdict::kMade;
  if (destroyed_ > 0) {
    return destroyed_ * kOutweighs >= polled_ ? Verdict::kMade : Verdict::kNotMade;
  }
  if (polled_ > 0) return Verdict::kNotMade;
  if (saw_size_) return Verdict::kMade;
  return single_ > 0 ? Verdict::kNotMade : Verdict::kUnknown;
}

std::optional<DestroyPairs::Verdict> DestroyPairs::foreseen() const noexcept {
  constexpr std::uint64_t kEnough = 16;
  if (destroyed_ + polled_ < kEnough) return std::nullopt;
  return verdict();
}

bool DestroyPairs::ended_unclosed(Verdict verdict, std::string_view kind,
                                  const CorrectedTimes& times) {
  return verdict != Verdict::kNotMade && is_woken_by_wakers(kind) && times.polls() > 0 &&
         times.always_woken() && !times.last_pair().woken();
}

}  // namespace ari::replay
