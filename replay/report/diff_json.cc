#include <fmt/format.h>

#include <cmath>

#include "replay/report/coverage_json.h"
#include "replay/report/diff_view.h"
#include "replay/report/json_members.h"

namespace ari::replay {

namespace {

std::string_view word(Change change) noexcept {
  switch (change) {
    case Change::kNotTold:
      return "not_told";
    case Change::kTooFew:
      return "too_few";
    case Change::kWithin:
      return "within_threshold";
    case Change::kUnclear:
      return "unclear";
    case Change::kMore:
      return "more";
    case Change::kLess:
      return "less";
  }
  return {};
}

// A whole number of nanoseconds, or wakes with three digits after the point.
void write_figures(JsonWriter& json, std::string_view key, const Figures& f, bool is_time) {
  json.key(key);
  json.begin_object();
  json.member("count", f.count);
  const auto figure = [&](const char* time_key, const char* count_key, const auto& value) {
    json.key(is_time ? time_key : count_key);
    f.count > 0 ? json.value(value) : json.null();
  };
  figure("p50_ns", "p50", f.p50);
  figure("p99_ns", "p99", f.p99);
  if (is_time) {
    figure("mean_ns", "", static_cast<std::int64_t>(std::llround(f.mean)));
  } else {
    json.key("mean");
    f.count > 0 ? json.raw_number(fmt::format("{:.3f}", f.mean)) : json.null();
  }
  json.end_object();
}

void member_measure(JsonWriter& json, std::string_view key, const Measure& m, bool is_time) {
  json.key(key);
  json.begin_object();
  write_figures(json, "a", m.a, is_time);
  write_figures(json, "b", m.b, is_time);
  json.member("verdict", word(m.change));
  json.key("p");
  m.p ? json.raw_number(fmt::format("{:.3g}", *m.p)) : json.null();
  json.end_object();
}

void write_kind(JsonWriter& json, const KindComparison& kind) {
  json.begin_object();
  member_or_null(json, "name", kind.name);
  member_or_null(json, "kind", kind.kind.kind);
  const SourceLocation location{kind.kind.file, kind.kind.line, kind.kind.column, ""};
  member_location(json, "location", location.file.empty() ? nullptr : &location);
  const auto side = [&](const char* key, std::uint64_t tasks, std::uint64_t polls,
                        std::int64_t total_ns) {
    json.key(key);
    if (tasks == 0) return json.null();
    json.begin_object();
    json.member("tasks", tasks);
    json.member("polls", polls);
    json.member("total_ns", total_ns);
    json.end_object();
  };
  side("a", kind.a_tasks, kind.a_polls, kind.a_total_ns);
  side("b", kind.b_tasks, kind.b_polls, kind.b_total_ns);
  member_measure(json, "busy_per_poll", kind.busy, true);
  member_measure(json, "scheduled_per_poll", kind.scheduled, true);
  member_measure(json, "wakes_per_task", kind.wakes, false);
  json.end_object();
}

void write_wait(JsonWriter& json, const WaitComparison& wait) {
  json.begin_object();
  member_or_null(json, "source", wait.place.source);
  member_or_null(json, "concrete_type", wait.place.concrete_type);
  const SourceLocation location{wait.place.file, wait.place.line, wait.place.column, ""};
  member_location(json, "location", location.file.empty() ? nullptr : &location);
  member_measure(json, "waited", wait.waited, true);
  json.end_object();
}

}  // namespace

void diff_json(const Compared& compared, std::string& out) {
  const Comparison& c = compared.comparison;
  JsonWriter json(out);
  json.begin_object();
  write_head(json, compared.semantics, compared.a);
  json.key("coverage_b");
  write_coverage(json, compared.b);
  json.member("by_location", compared.by_location);
  json.member("threshold_percent", compared.rules.threshold_percent);
  json.member("resolution_ns", compared.rules.resolution_ns);
  json.member("tests", c.tests);
  json.member("regressions", c.regressions);
  json.member("improvements", c.improvements);
  json.key("kinds");
  json.begin_list();
  for (const KindComparison& kind : c.kinds) {
    json.new_line();
    write_kind(json, kind);
  }
  json.end_list();
  json.key("waits");
  if (!compared.by_waits) {
    json.null();
  } else {
    json.begin_list();
    for (const WaitComparison& wait : c.waits) {
      json.new_line();
      write_wait(json, wait);
    }
    json.end_list();
  }
  json.end_object();
  out += '\n';
}

}  // namespace ari::replay
