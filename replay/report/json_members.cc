#include "replay/report/json_members.h"

#include "replay/input/line_number.h"
#include "replay/input/timestamp.h"
#include "replay/report/coverage_json.h"
#include "replay/report/told_task.h"
#include "replay/report/words.h"

namespace ari::replay {

namespace {

using subscriber::ValueType;

constexpr unsigned kJsonVersion = 1;  // of the reports' shape; goes up when a key changes meaning

// Whether JSON takes `text` as a number as it stands: digits with an optional sign,
// fraction and exponent. NaN, infinities and "+1" are none.
bool is_json_number(std::string_view text) {
  std::size_t at = 0;
  const auto digits = [&] {
    const std::size_t begin = at;
    while (at < text.size() && text[at] >= '0' && text[at] <= '9') ++at;
    return at - begin;
  };
  const auto next_is = [&](std::string_view any) {
    return at < text.size() && any.find(text[at]) != std::string_view::npos;
  };
  if (next_is("-")) ++at;
  const std::size_t whole = at;
  const std::size_t count = digits();
  if (count == 0 || (count > 1 && text[whole] == '0')) return false;
  if (next_is(".")) {
    ++at;
    if (digits() == 0) return false;
  }
  if (next_is("eE")) {
    ++at;
    if (next_is("+-")) ++at;
    if (digits() == 0) return false;
  }
  return at == text.size();
}

}  // namespace

void member_or_null(JsonWriter& json, std::string_view name, std::string_view text) {
  json.key(name);
  text.empty() ? json.null() : json.value(text);
}

void member_from_1(JsonWriter& json, std::string_view name, std::uint64_t number) {
  json.key(name);
  number > 0 ? json.value(number) : json.null();
}

void member_line(JsonWriter& json, std::string_view name, LineNumber line) {
  member_from_1(json, name, line_in_file(line));
  const std::size_t file = file_of_line(line);
  if (file > 0) json.member(std::string(name) + "_file", file);
}

void member_instant(JsonWriter& json, std::string_view name, std::optional<std::int64_t> unix_ns) {
  json.key(name);
  unix_ns.has_value() ? json.value(to_rfc3339(*unix_ns)) : json.null();
}

void member_location(JsonWriter& json, std::string_view name, const SourceLocation* location) {
  json.key(name);
  location != nullptr ? json.value(location_text(*location)) : json.null();
}

void member_location(JsonWriter& json, std::string_view name,
                     const subscriber::Location& location) {
  member_or_null(json, name, location_text(location));
}

void member_state(JsonWriter& json, const Task& task, const Coverage& coverage) {
  json.key("state");
  is_state_told(task, coverage) ? json.value(word(task.state)) : json.null();
}

void write_typed(JsonWriter& json, subscriber::ValueType type, std::string_view text) {
  switch (type) {
    case ValueType::kNone:
      return json.null();
    case ValueType::kBool:
      return json.value(text == "true");
    case ValueType::kU64:
    case ValueType::kI64:
    case ValueType::kF64:
      if (is_json_number(text)) return json.raw_number(text);
      break;  // a float that is no number goes out as text
    case ValueType::kStr:
    case ValueType::kDisplay:
      break;
  }
  json.value(text);
}

void member_tasks(JsonWriter& json, const Deadlock& deadlock) {
  json.key("tasks");
  json.begin_list();
  for (const DeadlockLink& link : deadlock.links) json.value(link.task.span);
  json.end_list();
}

void member_distribution(JsonWriter& json, std::string_view name, const Distribution& d) {
  json.key(name);
  json.begin_object();
  json.member("count", d.count);
  json.member("min_ns", d.min_ns);
  json.member("max_ns", d.max_ns);
  json.member("p10_ns", d.p10_ns);
  json.member("p25_ns", d.p25_ns);
  json.member("p50_ns", d.p50_ns);
  json.member("p75_ns", d.p75_ns);
  json.member("p90_ns", d.p90_ns);
  json.member("p95_ns", d.p95_ns);
  json.member("p99_ns", d.p99_ns);
  json.end_object();
}

void write_head(JsonWriter& json, Semantics semantics, const Coverage& coverage) {
  json.member("version", kJsonVersion);
  json.member("semantics", word(semantics));
  json.key("coverage");
  write_coverage(json, coverage);
}

void write_head(JsonWriter& json, const Model& model) {
  write_head(json, model.semantics, model.coverage);
}

}  // namespace ari::replay
