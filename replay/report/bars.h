// Bars and histograms drawn with characters.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace ari::replay {

// A bar of `columns` eighth blocks for `part` of `whole`: "███▌". What is not nothing shows
// at least the thinnest block. Requires: part ≤ whole.
std::string bar(std::uint64_t part, std::uint64_t whole, std::size_t columns);

// How many durations lie in [from_ns, to_ns).
struct Bucket {
  std::int64_t from_ns = 0, to_ns = 0;
  std::uint64_t count = 0;
};

// Sorts durations into the steps 1, 2, 5, 10, 20, 50, … ns: durations of one task spread
// over many powers of ten, where equal steps would leave one full bucket and many empty.
// From the first bucket that holds something to the last.
std::vector<Bucket> histogram(const std::vector<std::int64_t>& durations_ns);

}  // namespace ari::replay
