#include "subscriber/timestamp.h"

#include <algorithm>
#include <chrono>

namespace ari::subscriber {

char* write_padded(char* out, std::uint32_t value, std::size_t width) noexcept {
  for (std::size_t i = width; i-- > 0; value /= 10) {
    out[i] = static_cast<char>('0' + value % 10);
  }
  return out + width;
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
