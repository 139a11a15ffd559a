#include "replay/model/restart_watch.h"

#include <algorithm>
#include <cstdlib>

namespace ari::replay {

std::int64_t RestartWatch::last_instant() const noexcept {
  const std::size_t count = std::min(seen_, kRecent);
  const auto at = [&](std::size_t back) { return recent_[(seen_ - 1 - back) % kRecent]; };
  std::int64_t longest = -1, last = at(0);
  for (std::size_t back = 1; back < count; ++back) {
    const std::int64_t pause =
        std::abs(at(back - 1) - at(back));  // the clock may have been set back
    if (pause <= longest) continue;
    longest = pause;
    last = at(back);
  }
  return last;
}

void RestartWatch::clear() noexcept {
  ids_.clear();
  seen_ = 0;
}

}  // namespace ari::replay
