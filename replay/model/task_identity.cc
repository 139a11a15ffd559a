#include "replay/model/task_identity.h"

#include <charconv>
#include <limits>
#include <optional>
#include <string_view>

#include "subscriber/text_writer.h"

namespace ari::replay {

using subscriber::Field;
using trace::ValueType;

namespace {

std::string text_of(const trace::Value& value) {
  if (value.is_text()) return std::string(value.text());
  std::string text;
  subscriber::append_value(text, value);
  return text;
}

// Up to 32 bits of an integer, whichever type the format gave it.
bool read_u32(const trace::Value& value, std::uint32_t& number) {
  constexpr auto kMax = std::numeric_limits<std::uint32_t>::max();
  if (value.type() != ValueType::kU64 || value.as_u64() > kMax) return false;
  number = static_cast<std::uint32_t>(value.as_u64());
  return true;
}

// "src/main.rs:6:37", as Tokio before 1.13 tells it in one field.
bool read_location(std::string_view text, SourceLocation& location) {
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

bool is_location(const Field& field) {
  return field.name.starts_with("loc.") || field.name == "spawn.location";
}

// A location is told in three fields, and counts if all of them are there.
std::optional<SourceLocation> location_of(const subscriber::Record& record) {
  SourceLocation location;
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

bool take_member(const Field& field, Task& task) {
  if (field.name == "kind" && field.value.is_text()) return task.kind = field.value.text(), true;
  if (field.name == "task.name" && field.value.is_text()) {
    return task.name = field.value.text(), true;
  }
  if (field.name == "task.id" && field.value.type() == ValueType::kU64) {
    return task.task_id = field.value.as_u64(), true;
  }
  return false;
}

}  // namespace

void identify(const subscriber::Record& record, Task& task) {
  task.target = record.target;
  task.fields.clear();
  task.location = location_of(record);
  for (const Field& field : record.fields) {
    if (field.value.type() == ValueType::kNone || take_member(field, task)) continue;
    if (task.location && is_location(field)) continue;
    task.fields.push_back({std::string(field.name), field.value.type(), text_of(field.value)});
  }
}

}  // namespace ari::replay
