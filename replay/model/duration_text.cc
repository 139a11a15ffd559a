#include "replay/model/duration_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace ari::replay {

namespace {

constexpr std::int64_t kMinute = 60'000'000'000;

struct Unit {
  std::int64_t ns;
  const char* name;
};
constexpr Unit kUnits[] = {{1, "ns"}, {1'000, "µs"}, {1'000'000, "ms"}, {1'000'000'000, "s"}};
constexpr std::int64_t kCoarse = 1'000'000;  // a step that is worth a thought

// `value_ns` in `unit`, rounded half up to `decimals`; the number of smallest steps shown.
std::int64_t steps(std::int64_t value_ns, const Unit& unit, int decimals) {
  std::int64_t step_ns = unit.ns;
  for (int i = 0; i < decimals; ++i) step_ns /= 10;
  return (value_ns + step_ns / 2) / step_ns;
}

// How many decimals make three significant digits.
int decimals_of(std::int64_t value_ns, const Unit& unit, int measured) {
  const int wanted = value_ns < 10 * unit.ns ? 2 : value_ns < 100 * unit.ns ? 1 : 0;
  return std::min(wanted, measured);
}

// How many decimals of the unit the clock measured.
int measured_decimals(const Unit& unit, std::int64_t resolution_ns) {
  int decimals = 0;
  for (std::int64_t step = unit.ns / 10; step >= resolution_ns; step /= 10) ++decimals;
  return decimals;
}

// Rounding may carry into the next digit (9.999µs → 10.0µs) and into the next unit
// (999.6µs → 1.00ms): both are decided on the rounded value.
std::string short_text(std::int64_t value_ns, std::int64_t resolution_ns) {
  for (const Unit& unit : kUnits) {
    if (unit.ns < resolution_ns) continue;
    const bool last = unit.ns == kUnits[3].ns;
    int decimals = decimals_of(value_ns, unit, measured_decimals(unit, resolution_ns));
    std::int64_t count = steps(value_ns, unit, decimals);
    if (decimals > 0 && count >= 1000) count = steps(value_ns, unit, --decimals);
    if (!last && decimals == 0 && count >= 1000) continue;
    std::int64_t divisor = 1;
    for (int i = 0; i < decimals; ++i) divisor *= 10;
    if (decimals == 0) return fmt::format("{}{}", count, unit.name);
    return fmt::format("{}.{:0{}}{}", count / divisor, count % divisor, decimals, unit.name);
  }
  return {};  // not reached: seconds take everything
}

std::string long_text(std::int64_t value_ns) {
  const std::int64_t seconds = value_ns / 1'000'000'000;
  const std::int64_t minutes = seconds / 60, hours = minutes / 60, days = hours / 24;
  if (days > 0) return fmt::format("{}d{:02}h", days, hours % 24);
  if (hours > 0) return fmt::format("{}h{:02}m", hours, minutes % 60);
  return fmt::format("{}m{:02}s", minutes, seconds % 60);
}

}  // namespace

std::string duration_text(std::int64_t duration_ns, std::int64_t resolution_ns) {
  const std::int64_t value_ns = std::max<std::int64_t>(duration_ns, 0);
  if (value_ns < resolution_ns && resolution_ns >= kCoarse) {
    return '<' + short_text(resolution_ns, resolution_ns);
  }
  constexpr std::int64_t kRoundsToMinute = kMinute - 50'000'000;  // 59.95s shows as 60.0s
  if (value_ns >= kMinute) return long_text(value_ns);
  if (value_ns >= kRoundsToMinute) return "1m00s";
  return short_text(value_ns, resolution_ns);
}

std::string step_text(std::int64_t duration_ns) {
  const Unit* largest = &kUnits[0];
  for (const Unit& unit : kUnits) {
    if (duration_ns >= unit.ns) largest = &unit;
  }
  const std::int64_t below = duration_ns % largest->ns;
  std::string decimals = below == 0 ? "" : fmt::format(".{:0{}}", below, measured_decimals(*largest, 1));
  decimals.erase(decimals.find_last_not_of('0') + 1);
  if (duration_ns < kMinute) {
    return fmt::format("{}{}{}", duration_ns / largest->ns, decimals, largest->name);
  }
  std::string text = long_text(duration_ns);
  // Of hours and days no seconds are shown.
  if (text.back() == 's') text.insert(text.size() - 1, decimals);
  return text;
}

std::string percent_text(std::int64_t part, std::int64_t whole) {
  if (whole <= 0) return "–";
  const double percent = 100.0 * static_cast<double>(part) / static_cast<double>(whole);
  if (percent > 0 && percent < 0.1) return "<0.1%";
  if (percent >= 9.95) return fmt::format("{:.0f}%", percent);
  return fmt::format("{:.1f}%", percent);
}

}  // namespace ari::replay
