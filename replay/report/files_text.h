// Several logs that were read as one: what each is, and what the merging rests on.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "replay/input/coverage.h"

namespace ari::replay {

// A line for each file: "run.2.jsonl: goes on after 1.2ms; 20 events".
std::vector<std::string> file_lines(const Coverage& coverage);

// Why the files are taken for the runs that they are, and how far times can be compared.
std::string merging_text(const Coverage& coverage);

// What figures are worth where a log goes on behind something that is missing.
inline constexpr std::string_view kBehindGap =
    "busy and scheduled times are lower bounds, counts may be off, and what ended there counts as "
    "ended when it goes on";

// "2 parts are missing before it: …"; `is_gap`: others before those are there.
std::string parts_missing_text(std::uint64_t parts, bool is_gap);

// What is wrong with single files, or with their being together; a sentence each.
std::vector<std::string> file_losses(const Coverage& coverage);

}  // namespace ari::replay
