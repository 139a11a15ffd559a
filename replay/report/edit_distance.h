// "Did you mean …?": finding the known name that was probably meant.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace ari::replay {

// How many letters must be inserted, deleted, replaced or swapped with a neighbour to make
// one text of the other (optimal string alignment), in bytes.
std::size_t edit_distance(std::string_view a, std::string_view b);

// The known name closest to `typed`, if it is close enough to be meant: at most a third of
// the letters differ, or it is a part of the name. Of equals the first.
std::optional<std::string_view> closest(std::string_view typed,
                                        std::span<const std::string_view> known);

// " (did you mean 'NAME'?)", or nothing.
std::string did_you_mean(std::string_view typed, std::span<const std::string_view> known);

}  // namespace ari::replay
