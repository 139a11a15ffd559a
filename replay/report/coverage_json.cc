#include "replay/report/coverage_json.h"

#include "replay/input/fact_names.h"
#include "replay/report/json_members.h"
#include "replay/report/words.h"

namespace ari::replay {

namespace {

std::string_view time_base(TimeBase base) {
  switch (base) {
    case TimeBase::kUtc:
      break;
    case TimeBase::kNoZone:
      return "no_zone";
    case TimeBase::kTimeOfDay:
      return "time_of_day";
    case TimeBase::kUptime:
      return "uptime";
  }
  return "utc";
}

void write_facts(JsonWriter& json, const Facts& facts) {
  json.begin_object();
  for (const FactName& name : kFactNames) json.member(name.name, facts.*name.fact);
  json.end_object();
}

void write_inferred(JsonWriter& json, const std::optional<Inferred>& inferred) {
  if (!inferred) return json.null();
  json.begin_object();
  for (const InferredName& name : kInferredNames) json.member(name.name, *inferred.*name.count);
  member_instant(json, "locks_guessed_since", inferred->locks_guessed_since_unix_ns);
  json.key("guessed_locks");
  json.begin_list();
  for (const GuessedLock& lock : inferred->guessed_locks) {
    json.begin_object();
    member_from_1(json, "span", lock.span);
    member_instant(json, "since_at", lock.since_unix_ns);
    json.end_object();
  }
  json.end_list();
  json.end_object();
}

void write_problem(JsonWriter& json, const Problem& problem) {
  json.begin_object();
  json.member("severity",
              problem.severity == Severity::kDataLoss ? "data_loss" : word(problem.severity));
  member_line(json, "line", problem.line);
  member_from_1(json, "column", problem.column);
  json.member("message", problem.message);
  member_or_null(json, "excerpt", problem.excerpt);
  member_from_1(json, "excerpt_column", problem.excerpt_column);
  json.end_object();
}

void write_file(JsonWriter& json, const FileCoverage& file) {
  json.begin_object();
  json.member("path", file.path);
  json.member("format", file.format);
  member_or_null(json, "program", file.program);
  member_from_1(json, "pid", file.pid);
  member_from_1(json, "forked_from", file.forked_from);
  member_or_null(json, "clock", file.clock);
  json.member("run", file.run);
  member_from_1(json, "part", file.part);
  json.member("continues", file.continues);
  json.member("parts_missing", file.parts_missing);
  member_instant(json, "first_at", file.first_unix_ns);
  member_instant(json, "last_at", file.last_unix_ns);
  json.member("bytes_read", file.bytes_read);
  json.member("bytes_skipped", file.bytes_skipped);
  json.member("lines", file.lines);
  json.member("lines_skipped", file.lines_skipped);
  json.member("bytes_other", file.bytes_other);
  json.member("lines_other", file.lines_other);
  json.member("events", file.events);
  json.member("events_lost", file.events_lost);
  json.member("torn", file.torn);
  json.member("orderly_end", file.orderly_end);
  json.end_object();
}

}  // namespace

void write_coverage(JsonWriter& json, const Coverage& coverage) {
  json.begin_object();
  json.member("path", coverage.path);
  json.member("format", coverage.format);
  member_or_null(json, "program", coverage.program);
  member_or_null(json, "filter", coverage.filter);
  if (!coverage.files.empty()) {
    json.key("files");
    json.begin_list();
    for (const FileCoverage& file : coverage.files) write_file(json, file);
    json.end_list();
  }
  json.key("facts");
  write_facts(json, coverage.facts);
  json.member("bytes_read", coverage.bytes_read);
  json.member("bytes_used", coverage.bytes_used);
  json.member("bytes_skipped", coverage.bytes_skipped);
  json.member("lines", coverage.lines);
  json.member("lines_skipped", coverage.lines_skipped);
  json.member("bytes_other", coverage.bytes_other);
  json.member("lines_other", coverage.lines_other);
  json.member("bytes_left_out", coverage.bytes_left_out);
  json.member("lines_left_out", coverage.lines_left_out);
  member_line(json, "first_other_line", coverage.first_other_line);
  json.member("events", coverage.events);
  json.member("events_lost", coverage.events_lost);
  json.member("events_missing", coverage.events_missing);
  json.member("parts_missing", coverage.parts_missing);
  json.member("recordings", coverage.recordings);
  json.member("torn", coverage.torn);
  json.member("orderly_end", coverage.orderly_end);
  json.member("time_base", time_base(coverage.time_base));
  member_instant(json, "first_at", coverage.first_unix_ns);
  member_instant(json, "last_at", coverage.last_unix_ns);
  json.member("resolution_ns", coverage.resolution_ns());
  json.key("inferred");
  write_inferred(json, coverage.inferred);
  member_instant(json, "as_of", coverage.as_of_unix_ns);
  json.member("names_skipped", coverage.names_skipped);
  json.member("has_gaps", coverage.has_gaps());
  json.member("spans_in_gaps", coverage.news_in_gaps);
  json.member("polls_in_gaps", coverage.enters_in_gaps);
  json.member("exits_without_enter", coverage.exits_without_enter);
  json.member("enters_without_exit", coverage.enters_without_exit);
  json.member("exits_unsettled", coverage.exits_unsettled);
  json.member("spans_without_new", coverage.spans_without_new);
  json.member("clock_steps", coverage.clock_steps);
  json.member("wakes_without_thread", coverage.wakes_without_thread);
  json.member("wakes_unclear", coverage.wakes_unclear);
  json.key("problems");
  json.begin_list();
  for (const Problem& problem : coverage.problems) write_problem(json, problem);
  json.end_list();
  json.member("problems_dropped", coverage.problems_dropped);
  json.end_object();
}

}  // namespace ari::replay
