// Limit: the figure from which on a lint reports, and how it is written.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace ari::replay {

struct Limit {
  enum class Unit : std::uint8_t { kNone, kNanoseconds, kBytes, kPercent, kTimes };
  Unit unit = Unit::kNone;    // kNone: the lint has no limit
  std::int64_t fallback = 0;  // what holds unless the user says otherwise
  // The same for tasks of ari, in corrected semantics; 0: no other.
  std::int64_t fallback_of_ari = 0;
};

// "ns", "bytes", "percent", "times"; empty for kNone.
std::string_view unit_name(Limit::Unit unit) noexcept;

// As it may be typed: "10ms", "1024", "50%", "50x"; exact. Empty for kNone.
std::string limit_text(Limit::Unit unit, std::int64_t value);

}  // namespace ari::replay
