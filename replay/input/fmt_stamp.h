// The instant at the front of a line of tracing_subscriber::fmt.
//
//   2026-01-05T10:00:00.480038Z      its SystemTime, or another timer's RFC 3339
//     12.500000000s                  its Uptime: seconds since the program made the timer
//
// Programs often set a format of their own with ChronoUtc, ChronoLocal or time's:
//
//   2026-01-05 10:00:00.480038       "%Y-%m-%d %H:%M:%S%.6f", with or without an offset
//   10:00:00.480038                  "%H:%M:%S%.6f": the time of some day
//   1767607200.480038                "%s%.6f": seconds since 1970; or 13, 16 or 19 digits of
//                                    milli-, micro- or nanoseconds
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "replay/input/coverage.h"
#include "replay/input/timestamp.h"

namespace ari::replay {

using FmtClock = TimeBase;  // what an instant tells of itself

class FmtStampReader {
 public:
  // Returns the length of the instant at the front of `text`, 0 if there is none. An
  // uptime counts from 1970, and so does the time of a day; where it goes back by more
  // than half a day, the next day has begun. A time without offset is taken for UTC.
  std::size_t read(std::string_view text, std::int64_t& unix_ns) noexcept;

  // What the instant that was read last tells.
  FmtClock clock() const noexcept { return clock_; }

  // The step between instants as they are written, a power of ten of nanoseconds: that of the one
  // with the most digits so far, since some formats leave zeros at the end out.
  std::int64_t step_ns() const noexcept { return step_ns_; }

 private:
  std::size_t read_any(std::string_view text, std::int64_t& unix_ns) noexcept;
  std::size_t read_date(std::string_view text, std::int64_t& unix_ns) noexcept;
  std::size_t read_time_of_day(std::string_view text, std::int64_t& unix_ns) noexcept;

  TimestampReader timestamps_;
  FmtClock clock_ = FmtClock::kUtc;
  std::int64_t last_ns_ = 0;  // the last time of day, in days_ days
  std::int64_t days_ = 0;     // that have begun since the first one
  std::int64_t step_ns_ = 1'000'000'000;
};

}  // namespace ari::replay
