#include "replay/report/offset_text.h"

#include <fmt/format.h>

namespace ari::replay {

OffsetScale offset_scale(std::int64_t longest_ns, std::int64_t resolution_ns) noexcept {
  if (longest_ns >= 1'000'000'000) return {"At (s)", 1'000'000'000, 6};
  return {"At (ms)", 1'000'000, resolution_ns == 1 ? 6 : 3};
}

std::string offset_text(std::int64_t offset_ns, const OffsetScale& scale) {
  const std::int64_t past_ns = offset_ns < 0 ? -offset_ns : offset_ns;
  std::int64_t step_ns = scale.unit_ns;
  for (int i = 0; i < scale.decimals; ++i) step_ns /= 10;
  return fmt::format("{}{}.{:0{}}", offset_ns < 0 ? "-" : "", past_ns / scale.unit_ns,
                     past_ns % scale.unit_ns / step_ns, scale.decimals);
}

}  // namespace ari::replay
