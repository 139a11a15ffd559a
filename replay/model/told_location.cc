#include "replay/model/told_location.h"

#include <charconv>
#include <limits>
#include <string_view>

namespace ari::replay {

using subscriber::Field;
using subscriber::Location;
using trace::ValueType;

namespace {

// Up to 32 bits of an integer, whichever type the format gave it.
bool read_u32(const trace::Value& value, std::uint32_t& number) {
  constexpr auto kMax = std::numeric_limits<std::uint32_t>::max();
  if (value.type() != ValueType::kU64 || value.as_u64() > kMax) return false;
  number = static_cast<std::uint32_t>(value.as_u64());
  return true;
}

// "src/main.rs:6:37", as Tokio before 1.13 tells it in one field.
bool read_location(std::string_view text, Location& location) {
  const auto take_number = [&text](std::uint32_t& number) {
    const std::size_t colon = text.rfind(':');
    if (colon == std::string_view::npos) return false;
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data() + colon + 1, end, number);
    text.remove_suffix(text.size() - colon);
    return error == std::errc() && stop == end;
  };
  if (!take_number(location.column) || !take_number(location.line) || text.empty()) return false;
  location.file = text;
  return true;
}

}  // namespace

std::optional<Location> told_location(const subscriber::Record& record) {
  Location location;
  bool has_file = false, has_line = false, has_column = false;
  for (const Field& field : record.fields) {
    if (field.name == "loc.file" && field.value.is_text()) {
      location.file = field.value.text();
      has_file = true;
    } else if (field.name == "loc.line") {
      has_line = read_u32(field.value, location.line);
    } else if (field.name == "loc.col") {
      has_column = read_u32(field.value, location.column);
    } else if (field.name == "spawn.location" && field.value.is_text()) {
      has_file = has_line = has_column = read_location(field.value.text(), location);
    }
  }
  if (!has_file || !has_line || !has_column) return std::nullopt;
  return location;
}

}  // namespace ari::replay
