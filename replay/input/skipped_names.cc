#include "replay/input/skipped_names.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <optional>
#include <string>
#include <vector>

#include "replay/input/digits.h"
#include "replay/input/timestamp.h"

namespace ari::replay {

namespace {

// How many times as long as any other seam one must be.
constexpr std::int64_t kMuchLonger = 4;

// "2026-11-30", or with hours and minutes behind: how many days, hours or minutes since 1970 that
// is, and how long it is; nothing if `text` does not begin with a date.
struct Date {
  std::int64_t steps = 0;
  std::size_t length = 0;
};

std::optional<Date> date_at(std::string_view text) {
  constexpr std::size_t kDate = 10;
  if (text.size() < kDate) return std::nullopt;
  std::int64_t at_unix_ns = 0;
  const std::string midnight = std::string(text.substr(0, kDate)) + "T00:00:00Z";
  if (TimestampReader().read(midnight, at_unix_ns) != midnight.size()) return std::nullopt;
  constexpr std::int64_t kDayNs = 86'400'000'000'000;
  Date date{at_unix_ns / kDayNs, kDate};
  for (const int per_step : {24, 60}) {
    const std::string_view more = text.substr(date.length);
    if (more.size() < 3 || more[0] != '-' || !is_digit(more[1]) || !is_digit(more[2])) break;
    date.steps = date.steps * per_step + (more[1] - '0') * 10 + (more[2] - '0');
    date.length += 3;
  }
  return date;
}

// Of names that differ in a date only, the steps between those: the end of a month is one, too.
std::optional<std::uint64_t> dates_between(std::string_view name, std::string_view other) {
  for (std::size_t at = 0; at < name.size() && at < other.size(); ++at) {
    const auto a = date_at(name.substr(at)), b = date_at(other.substr(at));
    const bool alone = at == 0 || !is_digit(name[at - 1]);
    if (alone && a && b && a->length == b->length && a->steps != b->steps &&
        name.substr(at + a->length) == other.substr(at + b->length)) {
      return static_cast<std::uint64_t>(std::abs(a->steps - b->steps));
    }
    if (name[at] != other[at]) break;
  }
  return std::nullopt;
}

std::optional<std::uint64_t> number(std::string_view text) {
  std::uint64_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || stop != end) return std::nullopt;
  return value;
}

struct Seam {
  std::size_t file;
  std::uint64_t steps;
  std::int64_t gap_ns;
};

std::vector<Seam> seams_of(const Coverage& coverage) {
  std::vector<Seam> seams;
  for (std::size_t i = 1; i < coverage.files.size(); ++i) {
    const FileCoverage &before = coverage.files[i - 1], &file = coverage.files[i];
    if (!file.continues || before.run != file.run || file.part > 1) continue;
    if (!before.last_unix_ns || !file.first_unix_ns) continue;
    seams.push_back({i, steps_between(before.path, file.path),
                     std::max<std::int64_t>(0, *file.first_unix_ns - *before.last_unix_ns)});
  }
  return seams;
}

}  // namespace

std::uint64_t steps_between(std::string_view name, std::string_view other) {
  if (const auto dates = dates_between(name, other)) return *dates;
  std::size_t front = static_cast<std::size_t>(
      std::mismatch(name.begin(), name.end(), other.begin(), other.end()).first - name.begin());
  while (front > 0 && is_digit(name[front - 1])) --front;
  name.remove_prefix(front);
  other.remove_prefix(front);
  while (!name.empty() && !other.empty() && name.back() == other.back() && !is_digit(name.back())) {
    name.remove_suffix(1);
    other.remove_suffix(1);
  }
  const auto a = number(name), b = number(other);
  if (!a || !b) return 0;
  return *a > *b ? *a - *b : *b - *a;
}

void note_skipped_names(Coverage& coverage) {
  const std::vector<Seam> seams = seams_of(coverage);
  std::optional<std::int64_t> longest_ns;  // where no name is skipped
  for (const Seam& seam : seams) {
    if (seam.steps == 1) longest_ns = std::max(longest_ns.value_or(0), seam.gap_ns);
  }
  if (!longest_ns) return;
  for (const Seam& seam : seams) {
    const bool is_gap = seam.steps > 1 && seam.gap_ns / kMuchLonger >= *longest_ns;
    if (is_gap) coverage.files[seam.file].parts_missing = seam.steps - 1;
  }
}

}  // namespace ari::replay
