// A record's fields by their names; of several with one name the first counts.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "subscriber/record.h"

namespace ari::replay {

bool has_field(const subscriber::Record& record, std::string_view name) noexcept;

// As a whole number; nothing if it is missing or something else.
std::optional<std::uint64_t> whole_number(const subscriber::Record& record, std::string_view name);
// As text; empty if it is missing or something else.
std::string_view text_field(const subscriber::Record& record, std::string_view name);

}  // namespace ari::replay
