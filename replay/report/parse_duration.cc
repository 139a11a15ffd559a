#include "replay/report/parse_duration.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "replay/report/words.h"

namespace ari::replay {

namespace {

struct Unit {
  std::string_view name;
  std::int64_t ns;
};
constexpr Unit kUnits[] = {
    {"ns", 1},
    {"us", 1'000},
    {"µs", 1'000},
    {"ms", 1'000'000},
    {"s", 1'000'000'000},
    {"m", 60'000'000'000},
    {"h", 3'600'000'000'000},
};

Error wrong(std::string why) { return {std::move(why)}; }

}  // namespace

// A number is read digit by digit: the fraction would lose nanoseconds as floating point.
Result<std::int64_t> parse_duration(std::string_view text) {
  constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max() / 4;
  const std::size_t number_size = std::min(text.find_first_not_of("0123456789."), text.size());
  const std::string_view number = text.substr(0, number_size), name = text.substr(number_size);
  if (number.empty() || number == ".") return wrong("it does not begin with a number");
  if (name.empty()) return wrong("it has no unit");
  for (const Unit& unit : kUnits) {
    if (unit.name != name) continue;
    std::int64_t ns = 0, weight = unit.ns;
    bool in_fraction = false;
    for (const char c : number) {
      if (c == '.' && in_fraction) return wrong("it has two points");
      if (c == '.') {
        in_fraction = true;
      } else if (in_fraction) {
        weight /= 10;
        ns += (c - '0') * weight;
      } else {
        if (ns > kMost / 10) return wrong("it is too long");
        ns = ns * 10 + (c - '0') * unit.ns;
      }
    }
    return ns;
  }
  return wrong(fmt::format("unknown unit '{}'", escaped(name)));
}

}  // namespace ari::replay
