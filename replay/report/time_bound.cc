#include "replay/report/time_bound.h"

#include <fmt/format.h>

#include <limits>

#include "replay/input/timestamp.h"
#include "replay/report/parse_duration.h"
#include "replay/report/words.h"

namespace ari::replay {

namespace {

Error wrong(std::string_view text, std::string_view why) {
  return {
      fmt::format("'{}' is no time: {}; expected an instant such as 2026-11-23T12:34:17.95Z, or "
                  "a time from the log's start such as 1.5s ({})",
                  escaped(text), why, kDurationUnits)};
}

}  // namespace

std::int64_t TimeBound::unix_ns(std::int64_t log_start_unix_ns) const noexcept {
  std::int64_t sum = 0;
  if (base != Base::kLogStart) return ns;
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
  const bool is_uptime = text.starts_with('+');
  const Result<std::int64_t> offset = parse_duration(text.substr(is_uptime ? 1 : 0));
  if (!offset.has_value()) return wrong(text, offset.error().message);
  return TimeBound{is_uptime ? TimeBound::Base::kUptime : TimeBound::Base::kLogStart,
                   offset.value()};
}

}  // namespace ari::replay
