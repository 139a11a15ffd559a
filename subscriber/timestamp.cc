#include "subscriber/timestamp.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstring>

namespace ari::subscriber {

char* write_padded(char* out, std::uint32_t value, std::size_t width) noexcept {
  for (std::size_t i = width; i-- > 0; value /= 10) {
    out[i] = static_cast<char>('0' + value % 10);
  }
  return out + width;
}

namespace {

// 00 01 02 … 99
constexpr std::array<char, 200> kPairs = [] {
  std::array<char, 200> pairs{};
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    pairs[i] = static_cast<char>('0' + (i % 2 == 0 ? i / 20 : i / 2 % 10));
  }
  return pairs;
}();

void write_pair(char* out, std::uint32_t below_100) noexcept {
  std::memcpy(out, &kPairs[2 * below_100], 2);
}

}  // namespace

char* write_nanoseconds(char* out, std::uint32_t value) noexcept {
  // Divisions that do not wait for each other: 926'359'123 is 9, 2635, 9123.
  const std::uint32_t high = value / 10'000, low = value % 10'000;
  const std::uint32_t first = high / 10'000, middle = high % 10'000;
  out[0] = static_cast<char>('0' + first);
  write_pair(out + 1, middle / 100);
  write_pair(out + 3, middle % 100);
  write_pair(out + 5, low / 100);
  write_pair(out + 7, low % 100);
  return out + 9;
}

void Timestamp::move_to_other_second(std::int64_t unix_ns) noexcept {
  using namespace std::chrono;
  constexpr std::int64_t kFirstWholeSecond = -9'223'372'036'000'000'000;
  unix_ns = std::max(unix_ns, kFirstWholeSecond);
  const sys_time<nanoseconds> instant{nanoseconds(unix_ns)};
  const auto second = floor<seconds>(instant);
  const auto day = floor<days>(second);
  const year_month_day date(day);
  const hh_mm_ss time(second - day);

  char* out = text_.data();
  out = write_padded(out, static_cast<std::uint32_t>(static_cast<int>(date.year())), 4);
  *out++ = '-';
  out = write_padded(out, static_cast<unsigned>(date.month()), 2);
  *out++ = '-';
  out = write_padded(out, static_cast<unsigned>(date.day()), 2);
  *out++ = 'T';
  out = write_padded(out, static_cast<std::uint32_t>(time.hours().count()), 2);
  *out++ = ':';
  out = write_padded(out, static_cast<std::uint32_t>(time.minutes().count()), 2);
  *out++ = ':';
  write_padded(out, static_cast<std::uint32_t>(time.seconds().count()), 2);

  second_ns_ = nanoseconds(second.time_since_epoch()).count();
  fraction_ns_ = static_cast<std::uint32_t>(unix_ns - second_ns_);
}

}  // namespace ari::subscriber
