#include "replay/input/skipped_names.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <vector>

namespace ari::replay {

namespace {

// How many times as long as any other seam one must be.
constexpr std::int64_t kMuchLonger = 4;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

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
    if (!file.continues || before.run != file.run) continue;
    if (!before.last_unix_ns || !file.first_unix_ns) continue;
    seams.push_back({i, steps_between(before.path, file.path),
                     std::max<std::int64_t>(0, *file.first_unix_ns - *before.last_unix_ns)});
  }
  return seams;
}

}  // namespace

std::uint64_t steps_between(std::string_view name, std::string_view other) {
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
