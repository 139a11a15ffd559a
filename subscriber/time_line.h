// TimeLine: what the ticks of a TickClock mean in Unix time.
//
// Nothing is calibrated by waiting. The drain reads both clocks at once every time it
// wakes and drops such an anchor on the line; a stamp lies between two of them:
//
//   ticks    ──A────────s──────B──────▶     unix(s) = unix(A) + (s − A) · slope(A, B)
//
// So the line is exact at each anchor, never runs backwards, and follows whatever rate the
// counter really has. Unix time is the wall clock's when the line began, plus what
// CLOCK_MONOTONIC has counted since: setting the wall clock does not bend a trace.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "subscriber/clock.h"

namespace ari::subscriber {

// Two clocks read at the same moment.
struct Anchor {
  std::uint64_t ticks = 0;
  std::int64_t unix_ns = 0;
};

// Takes anchors. Not thread-safe.
class AnchorSource {
 public:
  // Unix time starts from the wall clock as it stands now.
  explicit AnchorSource(TickClock clock) noexcept;
  Anchor now() const noexcept;

 private:
  TickClock clock_;
  std::int64_t unix_minus_monotonic_ns_;
};

// Not thread-safe.
class TimeLine {
 public:
  explicit TimeLine(Anchor start) noexcept : anchors_{start} {}

  // Appends an anchor. One that is not later than the last, in either clock, is ignored.
  void add(Anchor anchor) noexcept;

  // The Unix time of a stamp in nanoseconds; never decreases as `ticks` grows, as long as
  // no anchor is added in between. Stamps outside the anchors that are kept (the last
  // kKept) are extrapolated. Before the second anchor, that of the first.
  std::int64_t unix_ns(std::uint64_t ticks) const noexcept {
    // Nearly all stamps lie between the last two anchors.
    if (is_tame_) [[likely]] {
      const Anchor &begin = anchors_[count_ - 2], &end = anchors_[count_ - 1];
      if (ticks - begin.ticks < end.ticks - begin.ticks) [[likely]] {
        const auto since = static_cast<double>(static_cast<std::int64_t>(ticks - begin.ticks));
        const auto past_ns = static_cast<std::int64_t>(since * slopes_[count_ - 2]);
        return std::min(begin.unix_ns + past_ns, end.unix_ns);
      }
    }
    return unix_ns_elsewhere(ticks);
  }

  // The anchors that were added last, oldest first; at least the start.
  std::vector<Anchor> last_anchors() const { return {anchors_.begin(), anchors_.begin() + count_}; }
  Anchor last_anchor() const noexcept { return anchors_[count_ - 1]; }

  // How many ticks `ns` nanoseconds are at the current rate; 0 before the second anchor.
  std::uint64_t ticks_in(std::int64_t ns) const noexcept;

 private:
  static constexpr std::size_t kKept = 16;
  std::int64_t unix_ns_elsewhere(std::uint64_t ticks) const noexcept;

  std::array<Anchor, kKept> anchors_;   // oldest first
  std::array<double, kKept> slopes_{};  // slopes_[i]: ns per tick from anchor i to i + 1
  std::size_t count_ = 1;
  bool is_tame_ = false;  // the last two anchors are no damaged file's: nothing overflows
};

}  // namespace ari::subscriber
