#include "replay/model/recorded_dumps.h"

#include <algorithm>
#include <limits>
#include <string_view>

#include "replay/model/named_field.h"
#include "replay/model/runtime_event.h"

namespace ari::replay {

using subscriber::Record;
using subscriber::RecordKind;

namespace {

std::optional<State> state_from(std::string_view word) {
  if (word == "running") return State::kRunning;
  if (word == "scheduled") return State::kScheduled;
  if (word == "idle") return State::kIdle;
  return std::nullopt;
}

DumpedTask read_task(const Record& record, const Line& line) {
  DumpedTask task;
  task.span = whole_number(record, "task.id").value_or(0);
  task.name = text_field(record, "task.name");
  task.kind = text_field(record, "kind");
  task.state = state_from(text_field(record, "state"));
  constexpr std::uint64_t kMost = std::numeric_limits<std::int64_t>::max();
  if (const auto ns = whole_number(record, "since_poll_ns")) {
    task.since_poll_ns = static_cast<std::int64_t>(std::min(*ns, kMost));
  }
  task.stack = text_field(record, "stack");
  task.waits_for = text_field(record, "waits_for");
  task.resource = whole_number(record, "resource").value_or(0);
  task.held_by = whole_number(record, "held_by").value_or(0);
  task.joins = joins_in_dump(record);
  task.line = line.number;
  return task;
}

}  // namespace

void RecordedDumps::record(const Record& record, const Line& line) {
  if (record.kind == RecordKind::kHeader) open_.clear();
  if (record.kind != RecordKind::kEvent || !is_dump(record)) return;
  const auto [open, is_new] = open_.try_emplace(record.thread, dumps_.size());
  if (is_new) {
    dumps_.emplace_back();
    dumps_.back().first_line = line.number;
  }
  RecordedDump& dump = dumps_[open->second];
  dump.at_unix_ns = record.at_unix_ns;
  dump.last_line = line.number;
  if (text_field(record, "op") == "task") {
    ++dump.task_count;
    if (open->second + 1 == wanted_) dump.tasks.push_back(read_task(record, line));
    return;
  }
  dump.told_count = whole_number(record, "tasks");
  open_.erase(open);
}

}  // namespace ari::replay
