#include "replay/report/json_members.h"

#include "replay/input/timestamp.h"
#include "replay/report/coverage_json.h"
#include "replay/report/words.h"

namespace ari::replay {

namespace {
constexpr unsigned kJsonVersion = 1;  // of the reports' shape; goes up when a key changes meaning
}

void member_or_null(JsonWriter& json, std::string_view name, std::string_view text) {
  json.key(name);
  text.empty() ? json.null() : json.value(text);
}

void member_from_1(JsonWriter& json, std::string_view name, std::uint64_t number) {
  json.key(name);
  number > 0 ? json.value(number) : json.null();
}

void member_instant(JsonWriter& json, std::string_view name, std::optional<std::int64_t> unix_ns) {
  json.key(name);
  unix_ns.has_value() ? json.value(to_rfc3339(*unix_ns)) : json.null();
}

void member_location(JsonWriter& json, std::string_view name,
                     const std::optional<SourceLocation>& location) {
  json.key(name);
  location.has_value() ? json.value(location_text(*location)) : json.null();
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
