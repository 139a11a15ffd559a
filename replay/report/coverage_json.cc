#include "replay/report/coverage_json.h"

#include "replay/report/json_members.h"
#include "replay/report/words.h"

namespace ari::replay {

namespace {

void write_facts(JsonWriter& json, const Facts& facts) {
  json.begin_object();
  json.member("threads", facts.threads);
  json.member("locations", facts.locations);
  json.member("targets", facts.targets);
  json.member("resources", facts.resources);
  json.member("destroys", facts.destroys);
  json.member("outcomes", facts.outcomes);
  json.member("nanoseconds", facts.nanoseconds);
  json.end_object();
}

void write_problem(JsonWriter& json, const Problem& problem) {
  json.begin_object();
  json.member("severity",
              problem.severity == Severity::kDataLoss ? "data_loss" : word(problem.severity));
  member_from_1(json, "line", problem.line);
  member_from_1(json, "column", problem.column);
  json.member("message", problem.message);
  member_or_null(json, "excerpt", problem.excerpt);
  member_from_1(json, "excerpt_column", problem.excerpt_column);
  json.end_object();
}

}  // namespace

void write_coverage(JsonWriter& json, const Coverage& coverage) {
  json.begin_object();
  json.member("path", coverage.path);
  json.member("format", coverage.format);
  member_or_null(json, "program", coverage.program);
  json.key("facts");
  write_facts(json, coverage.facts);
  json.member("bytes_read", coverage.bytes_read);
  json.member("bytes_used", coverage.bytes_used);
  json.member("bytes_skipped", coverage.bytes_skipped);
  json.member("lines", coverage.lines);
  json.member("lines_skipped", coverage.lines_skipped);
  json.member("events", coverage.events);
  json.member("events_lost", coverage.events_lost);
  json.member("recordings", coverage.recordings);
  json.member("torn", coverage.torn);
  json.member("orderly_end", coverage.orderly_end);
  member_instant(json, "first_at", coverage.first_unix_ns);
  member_instant(json, "last_at", coverage.last_unix_ns);
  json.member("exits_without_enter", coverage.exits_without_enter);
  json.member("spans_without_new", coverage.spans_without_new);
  json.member("clock_steps", coverage.clock_steps);
  json.key("problems");
  json.begin_list();
  for (const Problem& problem : coverage.problems) write_problem(json, problem);
  json.end_list();
  json.member("problems_dropped", coverage.problems_dropped);
  json.end_object();
}

}  // namespace ari::replay
