// The instant at the front of a line of tracing_subscriber::fmt.
//
//   2026-01-05T10:00:00.480038Z      its SystemTime, or another timer's RFC 3339
//     12.500000000s                  its Uptime: seconds since the program made the timer
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "replay/input/timestamp.h"

namespace ari::replay {

class FmtStampReader {
 public:
  // Returns the length of the instant at the front of `text`, 0 if there is none. An
  // uptime counts from 1970.
  std::size_t read(std::string_view text, std::int64_t& unix_ns) noexcept;

 private:
  TimestampReader timestamps_;
};

}  // namespace ari::replay
