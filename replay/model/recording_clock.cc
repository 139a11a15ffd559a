#include "replay/model/recording_clock.h"

#include <algorithm>

#include "replay/model/saturating.h"

namespace ari::replay {

namespace {

// Lines of several threads are not quite in order of time.
constexpr std::int64_t kSlackNs = 10'000'000;

// A clock that is set back more often than this is that of a broken log.
constexpr std::size_t kMostSetBacks = 64;

}  // namespace

std::int64_t ClockEnd::after(LineNumber line) const noexcept {
  std::int64_t after_unix_ns = at_unix_ns;
  for (const SetBack& back : set_backs) {
    if (back.line > line) after_unix_ns = saturating_add(after_unix_ns, back.by_ns);
  }
  return after_unix_ns;
}

void RecordingClock::lies_back(std::int64_t logged_unix_ns, LineNumber line) {
  const std::int64_t at_unix_ns = std::max<std::int64_t>(0, logged_unix_ns);
  if (!began_) {
    began_ = true;
    first_unix_ns_ = latest_unix_ns_ = at_unix_ns;
    return;
  }
  forget_caught_up();
  const std::int64_t by_ns = latest_unix_ns_ - at_unix_ns;
  if (by_ns > kSlackNs) {
    if (set_backs_.size() == kMostSetBacks) set_backs_.erase(set_backs_.begin());
    set_backs_.push_back({line, by_ns, latest_unix_ns_});
    latest_unix_ns_ = at_unix_ns;
  } else if (set_backs_.empty()) {
    first_unix_ns_ = std::min(first_unix_ns_, at_unix_ns);
  }
}

// Those that are left are lower and lower.
void RecordingClock::forget_caught_up() {
  while (!set_backs_.empty() && set_backs_.back().from_unix_ns <= latest_unix_ns_) {
    set_backs_.pop_back();
  }
}

void RecordingClock::goes_on_until(std::int64_t at_unix_ns) {
  if (at_unix_ns > latest_unix_ns()) happened(at_unix_ns, 0);
}

void RecordingClock::ended(std::int64_t at_unix_ns) {
  set_backs_.clear();
  latest_unix_ns_ = at_unix_ns;
}

ClockEnd RecordingClock::end() {
  forget_caught_up();
  return {latest_unix_ns(), set_backs_};
}

}  // namespace ari::replay
