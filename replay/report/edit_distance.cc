#include "replay/report/edit_distance.h"

#include <algorithm>
#include <vector>

#include "replay/report/words.h"

namespace ari::replay {

// The usual table by dynamic programming, of which three rows are enough: the swap of two
// neighbours looks back two rows. O(|a| · |b|), for names of some dozens of letters.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> two_back(b.size() + 1), back(b.size() + 1), row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::swap(two_back, back);
    std::swap(back, row);
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = back[j - 1] + (a[i - 1] != b[j - 1]);
      row[j] = std::min({back[j] + 1, row[j - 1] + 1, replaced});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) row[j] = std::min(row[j], two_back[j - 2] + 1);
    }
  }
  return row[b.size()];
}

namespace {

constexpr std::size_t kLongest = 200;  // keeps the table small; nobody types more

// How far a name is from what was typed. A name is often typed in part: a piece of it
// counts as one letter wrong, its beginning with a slip in it as two.
std::size_t distance(std::string_view typed, std::string_view name) {
  constexpr std::size_t kTelling = 3;  // letters from which on a piece means something
  const std::size_t whole = edit_distance(typed, name);
  if (typed.find_first_not_of('-') == typed.npos) return whole;
  if (name.starts_with(typed)) return std::min<std::size_t>(whole, 1);
  if (typed.size() >= kTelling && name.find(typed) != name.npos) return 1;
  const auto slip_in_front = [&](std::size_t front) {
    return edit_distance(typed, name.substr(0, front)) == 1;
  };
  if (typed.size() > kTelling && (slip_in_front(typed.size()) || slip_in_front(typed.size() + 1))) {
    return std::min<std::size_t>(whole, 2);
  }
  return whole;
}

}  // namespace

std::optional<std::string_view> closest(std::string_view typed,
                                        std::span<const std::string_view> known) {
  std::optional<std::string_view> best;
  std::size_t fewest = 0;
  for (const std::string_view name : known) {
    if (name.empty() || typed.size() < 2 || typed.size() > kLongest || name.size() > kLongest) {
      continue;
    }
    const std::size_t wrong = distance(typed, name);
    if (wrong * 3 > std::max(typed.size(), name.size())) continue;
    if (!best.has_value() || wrong < fewest) {
      best = name;
      fewest = wrong;
    }
  }
  return best;
}

std::string did_you_mean(std::string_view typed, std::span<const std::string_view> known) {
  const auto name = closest(typed, known);
  return name ? " (did you mean '" + escaped(*name) + "'?)" : std::string();
}

}  // namespace ari::replay
