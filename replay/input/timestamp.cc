#include "replay/input/timestamp.h"

#include <fmt/format.h>

#include <chrono>
#include <cstring>

namespace ari::replay {

namespace {

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::int64_t kMinute = 60 * kSecond;

// Two digits as a number, -1 if they are none.
int two_digits(const char* p) {
  return is_digit(p[0]) && is_digit(p[1]) ? (p[0] - '0') * 10 + (p[1] - '0') : -1;
}

// Days since 1970 of a day of the proleptic Gregorian calendar; false if there is no such day.
bool days_since_1970(int year, int month, int day, std::int64_t& days) {
  using namespace std::chrono;
  const year_month_day date{std::chrono::year(year), std::chrono::month(unsigned(month)),
                            std::chrono::day(unsigned(day))};
  if (!date.ok()) return false;
  days = sys_days(date).time_since_epoch().count();
  return true;
}

// An offset such as `+01:00` in nanoseconds; false if `p` holds none.
bool read_offset(const char* p, const char* end, std::int64_t& offset_ns) {
  if (end - p < 6 || (p[0] != '+' && p[0] != '-') || p[3] != ':') return false;
  const int hours = two_digits(p + 1);
  const int minutes = two_digits(p + 4);
  if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59) return false;
  offset_ns = (hours * 60 + minutes) * kMinute;
  if (p[0] == '-') offset_ns = -offset_ns;
  return true;
}

// Reads the digits of a fraction, nine at most, as nanoseconds. Returns how many there are.
std::size_t read_fraction(const char* p, const char* end, std::int64_t& fraction_ns) {
  static constexpr std::int64_t kScale[] = {
      1'000'000'000, 100'000'000, 10'000'000, 1'000'000, 100'000, 10'000, 1'000, 100, 10, 1};
  std::int64_t value = 0;
  std::size_t digits = 0;
  while (digits < 9 && p + digits < end && is_digit(p[digits])) {
    value = value * 10 + (p[digits] - '0');
    ++digits;
  }
  fraction_ns = value * kScale[digits];
  return digits;
}

}  // namespace

std::size_t TimestampReader::read_any(std::string_view text, std::int64_t& unix_ns) noexcept {
  if (text.size() <= kSecondLength) return 0;
  const char* p = text.data();
  const char* const end = p + text.size();
  if (std::memcmp(p, second_.data(), kSecondLength) != 0 && !read_second(p)) return 0;
  p += kSecondLength;

  std::int64_t fraction_ns = 0;
  if (*p == '.') {
    const std::size_t digits = read_fraction(p + 1, end, fraction_ns);
    if (digits == 0) return 0;
    p += 1 + digits;
  }
  if (p == end) return 0;
  std::int64_t offset_ns = 0;
  if (*p == 'Z') {
    p += 1;
  } else if (read_offset(p, end, offset_ns)) {
    p += 6;
  } else {
    return 0;
  }
  unix_ns = second_unix_ns_ + fraction_ns - offset_ns;
  return static_cast<std::size_t>(p - text.data());
}

bool TimestampReader::read_second(const char* p) noexcept {
  if (p[4] != '-' || p[7] != '-' || p[10] != 'T' || p[13] != ':' || p[16] != ':') return false;
  const int century = two_digits(p);
  const int year_of_century = two_digits(p + 2);
  const int month = two_digits(p + 5);
  const int day = two_digits(p + 8);
  const int hour = two_digits(p + 11);
  const int minute = two_digits(p + 14);
  const int second = two_digits(p + 17);
  if ((century | year_of_century | month | day | hour | minute | second) < 0) return false;
  const int year = century * 100 + year_of_century;
  // Nanoseconds in 64 bits reach from 1677 to 2262; whole years inside that are safe.
  if (year < 1678 || year > 2261 || hour > 23 || minute > 59 || second > 60) return false;
  std::int64_t days = 0;
  if (!days_since_1970(year, month, day, days)) return false;
  second_unix_ns_ = ((days * 24 + hour) * 60 + minute) * kMinute + second * kSecond;
  std::memcpy(second_.data(), p, kSecondLength);
  return true;
}

std::string to_rfc3339(std::int64_t unix_ns) {
  using namespace std::chrono;
  const sys_time<nanoseconds> instant{nanoseconds(unix_ns)};
  const auto day = floor<days>(instant);
  const year_month_day date{day};
  const hh_mm_ss time{instant - day};
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:09}Z", int(date.year()),
                     unsigned(date.month()), unsigned(date.day()), time.hours().count(),
                     time.minutes().count(), time.seconds().count(), time.subseconds().count());
}

}  // namespace ari::replay
