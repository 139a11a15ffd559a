#include "replay/report/time_bound.h"

#include <fmt/format.h>

#include <cmath>
#include <limits>

#include "replay/input/timestamp.h"
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

Error wrong(std::string_view text, std::string_view why) {
  return {
      fmt::format("'{}' is no time: {}; expected an instant such as 2026-11-23T12:34:17.95Z, or "
                  "a time from the log's start such as 1.5s (ns, us, ms, s, m or h)",
                  escaped(text), why)};
}

// A number is read digit by digit: the fraction would lose nanoseconds as floating point.
Result<TimeBound> parse_offset(std::string_view text) {
  constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max() / 4;
  const std::size_t number_size = std::min(text.find_first_not_of("0123456789."), text.size());
  const std::string_view number = text.substr(0, number_size), name = text.substr(number_size);
  if (number.empty() || number == ".") return wrong(text, "it does not begin with a number");
  if (name.empty()) return wrong(text, "it has no unit");
  for (const Unit& unit : kUnits) {
    if (unit.name != name) continue;
    std::int64_t ns = 0, weight = unit.ns;
    bool in_fraction = false;
    for (const char c : number) {
      if (c == '.' && in_fraction) return wrong(text, "it has two points");
      if (c == '.') {
        in_fraction = true;
      } else if (in_fraction) {
        weight /= 10;
        ns += (c - '0') * weight;
      } else {
        if (ns > kMost / 10) return wrong(text, "it is too long");
        ns = ns * 10 + (c - '0') * unit.ns;
      }
    }
    return TimeBound{true, ns};
  }
  return wrong(text, fmt::format("unknown unit '{}'", escaped(name)));
}

}  // namespace

std::int64_t TimeBound::unix_ns(std::int64_t log_start_unix_ns) const noexcept {
  std::int64_t sum = 0;
  if (!from_start) return ns;
  return __builtin_add_overflow(log_start_unix_ns, ns, &sum)
             ? std::numeric_limits<std::int64_t>::max()
             : sum;
}

Result<TimeBound> parse_time_bound(std::string_view text) {
  TimeBound bound;
  if (text.find('-') != text.npos || text.find('T') != text.npos) {
    TimestampReader reader;
    if (reader.read(text, bound.ns) == text.size()) return bound;
    return wrong(text, "no instant in RFC 3339");
  }
  return parse_offset(text);
}

}  // namespace ari::replay
