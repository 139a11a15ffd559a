#include "subscriber/time_line.h"

#include <time.h>

#include <algorithm>

namespace ari::subscriber {

namespace {

std::int64_t wall_clock_ns() noexcept {
  timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  return static_cast<std::int64_t>(now.tv_sec) * 1'000'000'000 + now.tv_nsec;
}

}  // namespace

AnchorSource::AnchorSource(TickClock clock) noexcept
    : clock_(clock),
      unix_minus_monotonic_ns_(wall_clock_ns() - static_cast<std::int64_t>(monotonic_ns())) {}

Anchor AnchorSource::now() const noexcept {
  // The thread may be interrupted between the reads: of three tries the tightest counts.
  Anchor best;
  std::uint64_t best_width = UINT64_MAX;
  for (int i = 0; i < 3; ++i) {
    const std::uint64_t before = clock_.now();
    const std::uint64_t monotonic = monotonic_ns();
    const std::uint64_t width = clock_.now() - before;
    if (width >= best_width) continue;
    best_width = width;
    best = {before + width / 2, static_cast<std::int64_t>(monotonic) + unix_minus_monotonic_ns_};
  }
  return best;
}

void TimeLine::add(Anchor anchor) noexcept {
  const Anchor& last = anchors_[count_ - 1];
  if (anchor.ticks <= last.ticks || anchor.unix_ns <= last.unix_ns) return;
  const double slope = static_cast<double>(static_cast<std::uint64_t>(anchor.unix_ns) -
                                           static_cast<std::uint64_t>(last.unix_ns)) /
                       static_cast<double>(anchor.ticks - last.ticks);
  constexpr std::uint64_t kTame = std::uint64_t{1} << 61;
  is_tame_ = anchor.ticks - last.ticks < kTame && last.unix_ns >= 0 &&
             static_cast<std::uint64_t>(anchor.unix_ns) < kTame;
  if (count_ == kKept) {
    std::copy(anchors_.begin() + 1, anchors_.end(), anchors_.begin());
    std::copy(slopes_.begin() + 1, slopes_.end(), slopes_.begin());
    --count_;
  }
  slopes_[count_ - 1] = slope;
  anchors_[count_++] = anchor;
}

// Nanoseconds that a std::int64_t can hold, whatever the rounding.
constexpr double kFarthest = 9e18;

std::int64_t TimeLine::unix_ns_elsewhere(std::uint64_t ticks) const noexcept {
  if (count_ == 1) return anchors_[0].unix_ns;
  std::size_t segment = count_ - 2;
  while (segment > 0 && ticks < anchors_[segment].ticks) --segment;
  const Anchor& begin = anchors_[segment];
  const auto since = static_cast<double>(static_cast<std::int64_t>(ticks - begin.ticks));
  // A ring file that is damaged may say anything.
  const double past_ns = std::clamp(since * slopes_[segment], -kFarthest, kFarthest);
  auto whole_ns = static_cast<std::int64_t>(past_ns);
  if (static_cast<double>(whole_ns) > past_ns) --whole_ns;  // std::floor() would be a call
  std::int64_t at = 0;
  if (__builtin_add_overflow(begin.unix_ns, whole_ns, &at)) {
    at = past_ns < 0 ? INT64_MIN : INT64_MAX;
  }
  // Rounding must not carry a stamp past the anchor that ends its segment.
  const Anchor& end = anchors_[segment + 1];
  return ticks < end.ticks ? std::min(at, end.unix_ns) : std::max(at, end.unix_ns);
}

std::uint64_t TimeLine::ticks_in(std::int64_t ns) const noexcept {
  if (count_ == 1) return 0;
  return static_cast<std::uint64_t>(static_cast<double>(ns) / slopes_[count_ - 2]);
}

}  // namespace ari::subscriber
