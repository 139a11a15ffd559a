#include "replay/input/fmt_stamp.h"

#include <algorithm>

namespace ari::replay {

namespace {

std::size_t digits(std::string_view text) {
  const auto end =
      std::find_if(text.begin(), text.end(), [](char c) { return c < '0' || c > '9'; });
  return static_cast<std::size_t>(end - text.begin());
}

std::int64_t number(std::string_view digits) {
  std::int64_t value = 0;
  for (const char c : digits) value = value * 10 + (c - '0');
  return value;
}

// Seconds right-aligned in four columns, a point, nine digits, "s".
std::size_t read_uptime(std::string_view text, std::int64_t& ns) noexcept {
  constexpr std::size_t kColumns = 4;
  constexpr std::size_t kFraction = 9;
  constexpr std::size_t kMostDigits = 9;  // of the seconds: thirty years
  const std::size_t blanks = std::min(text.find_first_not_of(' '), text.size());
  const std::size_t whole = digits(text.substr(blanks));
  const std::size_t point = blanks + whole;
  const bool aligned = blanks == 0 ? point >= kColumns : point == kColumns;
  if (!aligned || whole == 0 || whole > kMostDigits || text.substr(point, 1) != ".") return 0;
  const std::string_view fraction = text.substr(point + 1);
  if (digits(fraction) != kFraction || fraction.substr(kFraction, 1) != "s") return 0;
  ns = number(text.substr(blanks, whole)) * 1'000'000'000 + number(fraction.substr(0, kFraction));
  return point + 1 + kFraction + 1;
}

}  // namespace

std::size_t FmtStampReader::read(std::string_view text, std::int64_t& unix_ns) noexcept {
  const std::size_t length = timestamps_.read(text, unix_ns);
  return length > 0 ? length : read_uptime(text, unix_ns);
}

}  // namespace ari::replay
