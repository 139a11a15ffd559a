#include "replay/report/offset_text.h"

#include <fmt/format.h>

namespace ari::replay {

OffsetScale offset_scale(std::int64_t longest_ns, std::int64_t resolution_ns) noexcept {
  constexpr std::int64_t kMillisecond = 1'000'000, kSecond = 1'000'000'000;
  const bool in_seconds = longest_ns >= kSecond || resolution_ns > kMillisecond;
  const std::int64_t unit_ns = in_seconds ? kSecond : kMillisecond;
  const int most = in_seconds ? 6 : 9;
  int decimals = 0;
  for (std::int64_t step = unit_ns / 10; step >= resolution_ns && decimals < most; step /= 10) {
    ++decimals;
  }
  return {in_seconds ? "At (s)" : "At (ms)", unit_ns, decimals};
}

std::string offset_text(std::int64_t offset_ns, const OffsetScale& scale) {
  const std::int64_t past_ns = offset_ns < 0 ? -offset_ns : offset_ns;
  std::int64_t step_ns = scale.unit_ns;
  for (int i = 0; i < scale.decimals; ++i) step_ns /= 10;
  if (scale.decimals == 0) {
    return fmt::format("{}{}", offset_ns < 0 ? "-" : "", past_ns / scale.unit_ns);
  }
  return fmt::format("{}{}.{:0{}}", offset_ns < 0 ? "-" : "", past_ns / scale.unit_ns,
                     past_ns % scale.unit_ns / step_ns, scale.decimals);
}

}  // namespace ari::replay
