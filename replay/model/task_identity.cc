#include "replay/model/task_identity.h"

#include <charconv>

#include "replay/model/told_location.h"
#include "subscriber/text_writer.h"

namespace ari::replay {

using subscriber::Field;
using trace::ValueType;

namespace {

std::string_view keep(const trace::Value& value, TextPool& texts) {
  if (value.is_text()) return texts.keep(value.text());
  std::string text;
  subscriber::append_value(text, value);
  return texts.keep(text);
}

// Nothing if the whole text is no number.
std::optional<std::uint64_t> number_in(std::string_view text) {
  std::uint64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  return error == std::errc() && stop == end ? std::optional(number) : std::nullopt;
}

bool is_location(const Field& field) {
  return field.name.starts_with("loc.") || field.name == "spawn.location";
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

std::optional<std::uint64_t> task_id_of(const subscriber::Record& record) {
  for (const Field& field : record.fields) {
    if (field.name == "task.id" && field.value.type() == ValueType::kU64) {
      return field.value.as_u64();
    }
  }
  return std::nullopt;
}

void identify(const subscriber::Record& record, TextPool& texts, Task& task) {
  task.target = record.target;
  task.fields.clear();
  task.location = nullptr;
  task.future_bytes = task.original_future_bytes = std::nullopt;
  if (const auto told = told_location(record)) task.location = texts.keep(*told);
  for (const Field& field : record.fields) {
    if (field.value.type() == ValueType::kNone || take_member(field, task)) continue;
    if (task.location && is_location(field)) continue;
    const std::string_view text = keep(field.value, texts);
    if (field.name == "size.bytes") task.future_bytes = number_in(text);
    if (field.name == "original_size.bytes") task.original_future_bytes = number_in(text);
    task.fields.push_back({texts.keep(field.name), field.value.type(), text});
  }
}

}  // namespace ari::replay
