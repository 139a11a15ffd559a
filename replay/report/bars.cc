#include "replay/report/bars.h"

#include <algorithm>
#include <string_view>

namespace ari::replay {

std::string bar(std::uint64_t part, std::uint64_t whole, std::size_t columns) {
  constexpr std::string_view kEighths[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
  if (part == 0 || whole == 0) return {};
  // Floating point, since counts times columns might not fit into 64 bits.
  const double share = static_cast<double>(part) / static_cast<double>(whole);
  const auto exact = static_cast<std::size_t>(share * static_cast<double>(columns * 8) + 0.5);
  const std::size_t eighths = std::clamp<std::size_t>(exact, 1, columns * 8);
  std::string out;
  for (std::size_t i = 0; i < eighths / 8; ++i) out += "█";
  out += kEighths[eighths % 8];
  return out;
}

namespace {

// 0, 1, 2, 5, 10, … up to the largest that fits 64 bits.
std::vector<std::int64_t> steps() {
  std::vector<std::int64_t> out = {0};
  for (std::int64_t power = 1; power <= 1'000'000'000'000'000'000; power *= 10) {
    for (const int factor : {1, 2, 5}) out.push_back(power * factor);
    if (power == 1'000'000'000'000'000'000) break;
  }
  return out;
}

}  // namespace

std::vector<Bucket> histogram(const std::vector<std::int64_t>& durations_ns) {
  static const std::vector<std::int64_t> kSteps = steps();
  std::vector<Bucket> buckets(kSteps.size());
  for (std::size_t i = 0; i < kSteps.size(); ++i) {
    buckets[i].from_ns = kSteps[i];
    buckets[i].to_ns = i + 1 < kSteps.size() ? kSteps[i + 1] : INT64_MAX;
  }
  for (const std::int64_t d : durations_ns) {
    const auto above = std::upper_bound(kSteps.begin(), kSteps.end(), std::max<std::int64_t>(d, 0));
    ++buckets[static_cast<std::size_t>(above - kSteps.begin()) - 1].count;
  }
  const auto holds = [](const Bucket& b) { return b.count > 0; };
  const auto first = std::find_if(buckets.begin(), buckets.end(), holds);
  const auto last = std::find_if(buckets.rbegin(), std::make_reverse_iterator(first), holds);
  return {first, last.base()};
}

}  // namespace ari::replay
