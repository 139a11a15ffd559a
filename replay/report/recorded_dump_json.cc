#include "replay/report/joined.h"
#include "replay/report/json_members.h"
#include "replay/report/recorded_dump_view.h"
#include "replay/report/words.h"

namespace ari::replay {

namespace {

void write_dump(JsonWriter& json, const RecordedDump& dump) {
  json.begin_object();
  member_instant(json, "at", dump.at_unix_ns);
  json.member("task_count", dump.task_count);
  json.member("told_count", dump.told_count);
  member_line(json, "first_line", dump.first_line);
  member_line(json, "last_line", dump.last_line);
  json.end_object();
}

void write_task(JsonWriter& json, const DumpedTask& task) {
  json.begin_object();
  json.member("span", task.span);
  member_or_null(json, "name", task.name);
  member_or_null(json, "kind", task.kind);
  member_or_null(json, "state", task.state ? word(*task.state) : std::string_view());
  json.member("since_poll_ns", task.since_poll_ns);
  member_or_null(json, "stack", task.stack);
  member_or_null(json, "waits_for", task.waits_for);
  member_from_1(json, "resource", task.resource);
  member_from_1(json, "held_by", task.held_by);
  json.key("joins");
  if (task.joins) {
    write_joins(json, task.joins->tasks, task.joins->count, task.joins->needs_all);
  } else {
    json.null();
  }
  member_line(json, "line", task.line);
  json.end_object();
}

}  // namespace

void recorded_dump_json(const Coverage& coverage, const RecordedDumps& dumps, std::size_t number,
                        std::string& out) {
  JsonWriter json(out);
  json.begin_object();
  write_head(json, Semantics::kCorrected, coverage);
  json.key("recorded_dumps");
  json.begin_list();
  for (const RecordedDump& dump : dumps.dumps()) write_dump(json, dump);
  json.end_list();
  json.key("tasks");
  json.begin_list();
  for (const DumpedTask& task : dumps.dumps()[number - 1].tasks) {
    json.new_line();
    write_task(json, task);
  }
  json.end_list();
  json.end_object();
  out += '\n';
}

}  // namespace ari::replay
