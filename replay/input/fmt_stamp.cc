#include "replay/input/fmt_stamp.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace ari::replay {

namespace {

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::int64_t kMinute = 60 * kSecond;
constexpr std::int64_t kDay = 24 * 60 * kMinute;
constexpr std::int64_t kLastDay = INT64_MAX / kDay - 1;  // that nanoseconds can hold to its end
constexpr std::size_t kFraction = 9;                     // digits that count

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

// Digits behind a point, as nanoseconds.
std::int64_t fraction_ns(std::string_view digits) {
  std::int64_t value = number(digits.substr(0, kFraction));
  for (std::size_t n = digits.size(); n < kFraction; ++n) value *= 10;
  return value;
}

// The length of `.DIGITS` at the front of `text`, and what it is; 0 if it is not there.
std::size_t read_fraction(std::string_view text, std::int64_t& ns) {
  ns = 0;
  if (text.empty() || (text[0] != '.' && text[0] != ',')) return 0;
  const std::size_t length = digits(text.substr(1));
  if (length == 0) return 0;
  ns = fraction_ns(text.substr(1, length));
  return 1 + length;
}

// Whether `text` is of the form of `like`, in which 0 stands for any digit.
bool is_like(std::string_view text, std::string_view like) {
  if (text.size() < like.size()) return false;
  return std::equal(like.begin(), like.end(), text.begin(), [](char wanted, char c) {
    return wanted == '0' ? c >= '0' && c <= '9' : c == wanted;
  });
}

// An offset from UTC at the front of `text`, a blank before it or not: `Z`, ` UTC`,
// `+01:00`, ` +0100`. Returns its length, 0 if there is none.
std::size_t read_offset(std::string_view text, std::int64_t& offset_ns) {
  offset_ns = 0;
  if (text.starts_with('Z')) return 1;
  if (text.starts_with(" UTC")) return 4;
  const std::size_t blank = text.starts_with(' ') ? 1 : 0;
  const std::string_view offset = text.substr(blank);
  if (offset.empty() || (offset[0] != '+' && offset[0] != '-')) return 0;
  const bool has_colon = is_like(offset.substr(1), "00:00");
  if (!has_colon && !is_like(offset.substr(1), "0000")) return 0;
  const std::int64_t minutes =
      number(offset.substr(1, 2)) * 60 + number(offset.substr(has_colon ? 4 : 3, 2));
  offset_ns = (offset[0] == '-' ? -minutes : minutes) * kMinute;
  return blank + (has_colon ? 6 : 5);
}

// Seconds right-aligned in four columns, a point, nine digits, "s".
std::size_t read_uptime(std::string_view text, std::int64_t& ns) noexcept {
  constexpr std::size_t kColumns = 4;
  constexpr std::size_t kMostDigits = 9;  // of the seconds: thirty years
  const std::size_t blanks = std::min(text.find_first_not_of(' '), text.size());
  const std::size_t whole = digits(text.substr(blanks));
  const std::size_t point = blanks + whole;
  const bool aligned = blanks == 0 ? point >= kColumns : point == kColumns;
  if (!aligned || whole == 0 || whole > kMostDigits || text.substr(point, 1) != ".") return 0;
  const std::string_view fraction = text.substr(point + 1);
  if (digits(fraction) != kFraction || fraction.substr(kFraction, 1) != "s") return 0;
  ns = number(text.substr(blanks, whole)) * kSecond + number(fraction.substr(0, kFraction));
  return point + 1 + kFraction + 1;
}

// Seconds since 1970 with a fraction, or finer units without.
std::size_t read_unix(std::string_view text, std::int64_t& ns) noexcept {
  constexpr std::size_t kSeconds = 10;  // digits: since 2001, until 2286
  const std::size_t length = digits(text);
  if (length == kSeconds) {
    const std::int64_t seconds = number(text.substr(0, length));
    std::int64_t part = 0;
    const std::size_t fraction = read_fraction(text.substr(length), part);
    constexpr std::int64_t kLast = 9'000'000'000;  // whole seconds that nanoseconds can hold
    if (fraction == 0 || seconds > kLast) return 0;
    ns = seconds * kSecond + part;
    return length + fraction;
  }
  if (length != kSeconds + 3 && length != kSeconds + 6 && length != kSeconds + 9) return 0;
  if (text[0] > '8') return 0;  // beyond what nanoseconds can hold
  if (text.size() > length && text[length] != ' ') return 0;
  ns = number(text.substr(0, length));
  for (std::size_t n = length; n < kSeconds + kFraction; ++n) ns *= 10;
  return length;
}

// The step of an instant by the digits of its fraction, or of a whole number since 1970.
std::int64_t step_of(std::string_view instant) noexcept {
  constexpr std::size_t kSeconds = 10;
  std::size_t below = 0;  // digits below a second
  const std::size_t point = instant.find_first_of(".,");
  if (point != std::string_view::npos) {
    below = digits(instant.substr(point + 1));
  } else if (digits(instant) > kSeconds) {
    below = digits(instant) - kSeconds;
  }
  std::int64_t step_ns = kSecond;
  for (std::size_t n = 0; n < std::min(below, kFraction); ++n) step_ns /= 10;
  return step_ns;
}

}  // namespace

std::size_t FmtStampReader::read(std::string_view text, std::int64_t& unix_ns) noexcept {
  const std::size_t length = read_any(text, unix_ns);
  // Once it is as fine as can be, nothing is left to find out.
  if (length > 0 && step_ns_ > 1) step_ns_ = std::min(step_ns_, step_of(text.substr(0, length)));
  return length;
}

std::size_t FmtStampReader::read_any(std::string_view text, std::int64_t& unix_ns) noexcept {
  std::size_t length = timestamps_.read(text, unix_ns);
  clock_ = FmtClock::kUtc;
  if (length > 0) return length;
  if ((length = read_date(text, unix_ns)) > 0) return length;
  if ((length = read_unix(text, unix_ns)) > 0) return length;
  if ((length = read_time_of_day(text, unix_ns)) > 0) return length;
  clock_ = FmtClock::kUptime;
  return read_uptime(text, unix_ns);
}

// What is no RFC 3339 only for its blank, or for its offset.
std::size_t FmtStampReader::read_date(std::string_view text, std::int64_t& unix_ns) noexcept {
  constexpr std::string_view kLike = "0000-00-00 00:00:00";
  std::array<char, kLike.size() + 1> second{};
  if (text.size() < kLike.size()) return 0;
  std::memcpy(second.data(), text.data(), kLike.size());
  if (second[10] != 'T' && second[10] != ' ') return 0;
  second[10] = 'T';
  second[kLike.size()] = 'Z';
  if (timestamps_.read({second.data(), second.size()}, unix_ns) == 0) return 0;
  std::size_t length = kLike.size();
  std::int64_t part_ns = 0;
  length += read_fraction(text.substr(length), part_ns);
  std::int64_t offset_ns = 0;
  const std::size_t offset = read_offset(text.substr(length), offset_ns);
  if (offset == 0) clock_ = FmtClock::kNoZone;
  unix_ns += part_ns - offset_ns;
  return length + offset;
}

std::size_t FmtStampReader::read_time_of_day(std::string_view text,
                                             std::int64_t& unix_ns) noexcept {
  constexpr std::string_view kLike = "00:00:00";
  if (!is_like(text, kLike)) return 0;
  const std::int64_t hour = number(text.substr(0, 2));
  const std::int64_t minute = number(text.substr(3, 2));
  const std::int64_t second = number(text.substr(6, 2));
  if (hour > 23 || minute > 59 || second > 60) return 0;
  std::int64_t part_ns = 0;
  const std::size_t fraction = read_fraction(text.substr(kLike.size()), part_ns);
  const std::int64_t of_day = (hour * 60 + minute) * kMinute + second * kSecond + part_ns;
  // Lines of several threads may go back a little, also across midnight.
  if (of_day < last_ns_ - kDay / 2 && days_ < kLastDay) ++days_;
  // Behind the last day nothing is counted any more, neither forth nor back.
  const bool counts = days_ > 0 && days_ < kLastDay;
  if (counts && of_day > last_ns_ + kDay / 2) --days_;
  last_ns_ = of_day;
  unix_ns = days_ * kDay + of_day;
  clock_ = FmtClock::kTimeOfDay;
  return kLike.size() + fraction;
}

}  // namespace ari::replay
