#include "replay/lint/limit.h"

#include <fmt/format.h>

namespace ari::replay {

namespace {

struct TimeUnit {
  std::string_view name;
  std::int64_t ns;
};
constexpr TimeUnit kTimeUnits[] = {
    {"m", 60'000'000'000}, {"s", 1'000'000'000}, {"ms", 1'000'000}, {"us", 1'000}};

// In the largest unit of which it is a whole number.
std::string time_text(std::int64_t value_ns) {
  for (const TimeUnit& unit : kTimeUnits) {
    if (value_ns >= unit.ns && value_ns % unit.ns == 0) {
      return fmt::format("{}{}", value_ns / unit.ns, unit.name);
    }
  }
  return fmt::format("{}ns", value_ns);
}

}  // namespace

std::string_view unit_name(Limit::Unit unit) noexcept {
  switch (unit) {
    case Limit::Unit::kNone:
      return {};
    case Limit::Unit::kNanoseconds:
      return "ns";
    case Limit::Unit::kBytes:
      return "bytes";
    case Limit::Unit::kPercent:
      return "percent";
    case Limit::Unit::kTimes:
      return "times";
  }
  return {};
}

std::string limit_text(Limit::Unit unit, std::int64_t value) {
  switch (unit) {
    case Limit::Unit::kNone:
      return {};
    case Limit::Unit::kNanoseconds:
      return time_text(value);
    case Limit::Unit::kBytes:
      return fmt::format("{}", value);
    case Limit::Unit::kPercent:
      return fmt::format("{}%", value);
    case Limit::Unit::kTimes:
      return fmt::format("{}x", value);
  }
  return {};
}

}  // namespace ari::replay
