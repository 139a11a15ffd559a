#include "replay/report/instant_text.h"

#include <fmt/format.h>

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
  if (coverage.time_base == TimeBase::kUptime) return '+' + uptime_text(unix_ns, coverage);
  return to_rfc3339(unix_ns).substr(0, instant_length(coverage, false)) + 'Z';
}

std::string uptime_text(std::int64_t uptime_ns, const Coverage& coverage) {
  constexpr std::int64_t kSecond = 1'000'000'000;
  const std::string fraction = fmt::format(".{:09}", uptime_ns % kSecond);
  constexpr std::size_t kSeconds = 19;  // as in instant_length()
  return fmt::format("{}{}s", uptime_ns / kSecond,
                     fraction.substr(0, instant_length(coverage, false) - kSeconds));
}

}  // namespace ari::replay
