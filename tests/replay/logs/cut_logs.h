// Logs cut into the files that a rotated log consists of.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace ari::test {

// The text cut before these lines (from 1): what `split` does, or logrotate between two lines.
std::vector<std::string> cut_at_lines(const std::string& text, const std::vector<std::size_t>& at);

// The ari JSONL log at `path` as the recorder would have written it, in one file if `at` is empty,
// else in parts of which the second begins with the event of that number, and so on: each
// part ends in good order and the next tells again what is open.
std::vector<std::string> recorded_in_parts(const std::string& path,
                                           const std::vector<std::size_t>& at);

// Ascending numbers from 1 to `most`, at least `apart` apart and from both ends.
std::vector<std::size_t> random_cuts(std::uint32_t seed, std::size_t most, std::size_t apart);

}  // namespace ari::test
