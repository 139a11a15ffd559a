#include "replay/lint/future_size.h"

#include <charconv>
#include <string_view>

namespace ari::replay {

namespace {

std::optional<std::uint64_t> number_field(const Task& task, std::string_view name) {
  for (const KeptField& field : task.fields) {
    if (field.name != name) continue;
    std::uint64_t value = 0;
    const char* end = field.text.data() + field.text.size();
    const auto [stop, error] = std::from_chars(field.text.data(), end, value);
    if (error == std::errc() && stop == end) return value;
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::uint64_t> future_size_bytes(const Task& task) {
  return number_field(task, "size.bytes");
}

std::optional<std::uint64_t> original_future_size_bytes(const Task& task) {
  return number_field(task, "original_size.bytes");
}

}  // namespace ari::replay
