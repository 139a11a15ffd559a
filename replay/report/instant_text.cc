#include "replay/report/instant_text.h"

#include <algorithm>

#include "replay/input/timestamp.h"

namespace ari::replay {

std::size_t instant_length(const Coverage& coverage, bool at_most_microseconds) noexcept {
  constexpr std::size_t kSeconds = 19;  // 2026-11-23T12:34:27
  constexpr std::int64_t kMicrosecond = 1000;
  const std::int64_t finest = at_most_microseconds ? kMicrosecond : 1;
  const std::int64_t step_ns = std::max(finest, coverage.resolution_ns());
  std::size_t digits = 0;
  for (std::int64_t step = 1'000'000'000; step > step_ns; step /= 10) ++digits;
  return digits == 0 ? kSeconds : kSeconds + 1 + digits;
}

std::string instant_text(std::int64_t unix_ns, const Coverage& coverage) {
  return to_rfc3339(unix_ns).substr(0, instant_length(coverage, false)) + 'Z';
}

}  // namespace ari::replay
