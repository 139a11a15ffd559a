#include "replay/report/show_filter.h"

#include <algorithm>

namespace ari::replay {

using subscriber::Record;
using subscriber::RecordKind;

namespace {

// What a selector needs to know of a task, from the line that began it.
Task identity(const Record& record, LineNumber line) {
  Task task;
  task.span = record.span;
  task.first_line = line;
  for (const subscriber::Field& field : record.fields) {
    if (field.name == "kind" && field.value.is_text()) task.kind = field.value.text();
    if (field.name == "task.name" && field.value.is_text()) task.name = field.value.text();
    if (field.name != "task.id") continue;
    if (field.value.type() == subscriber::ValueType::kU64) task.task_id = field.value.as_u64();
    if (field.value.type() == subscriber::ValueType::kI64 && field.value.as_i64() >= 0) {
      task.task_id = static_cast<std::uint64_t>(field.value.as_i64());
    }
  }
  return task;
}

}  // namespace

bool ShowFilter::asked_for(SpanId id) const {
  const auto& spans = conditions_.spans;
  return std::find(spans.begin(), spans.end(), id) != spans.end();
}

bool ShowFilter::asked_for(const Record& record, LineNumber line) const {
  if (asked_for(record.span)) return true;
  if (conditions_.tasks.empty()) return false;
  if (subscriber::hue_of_span(record.name, record.target) != subscriber::Hue::kSpawn) return false;
  const Task task = identity(record, line);
  return std::any_of(conditions_.tasks.begin(), conditions_.tasks.end(),
                     [&](const TaskSelector& selector) { return selector.matches(task); });
}

void ShowFilter::open_span(const Record& record, LineNumber line) {
  Span span{subscriber::kind_of_span(subscriber::hue_of_span(record.name, record.target)),
            asked_for(record, line)};
  if (span.wanted) {
    wanted_tasks_[record.span] = true;
  } else {
    wanted_tasks_.erase(record.span);  // whoever had the id before
  }
  if (const auto parent = spans_.find(record.parent); parent != spans_.end()) {
    span.wanted = span.wanted || parent->second.wanted;
  }
  spans_[record.span] = span;
}

bool ShowFilter::in_time(std::int64_t at_unix_ns) {
  if (!start_unix_ns_) start_unix_ns_ = at_unix_ns;
  if (conditions_.from && at_unix_ns < conditions_.from->unix_ns(*start_unix_ns_)) return false;
  return !conditions_.to || at_unix_ns <= conditions_.to->unix_ns(*start_unix_ns_);
}

EventKinds ShowFilter::kind_of(const Record& record) const {
  if (record.kind == RecordKind::kWaker) return subscriber::kind_of_event(subscriber::Hue::kWaker);
  if (record.kind == RecordKind::kEvent) {
    return subscriber::kind_of_event(subscriber::hue_of_event(record.target));
  }
  const auto span = spans_.find(record.span);
  return span == spans_.end() ? subscriber::kind_of_span(subscriber::Hue::kPlain)
                              : span->second.kind;
}

bool ShowFilter::belongs(const Record& record) const {
  if (conditions_.spans.empty() && conditions_.tasks.empty()) return true;
  if (asked_for(record.span)) return true;
  if (record.kind == RecordKind::kWaker &&
      (asked_for(record.task) || wanted_tasks_.contains(record.task))) {
    return true;
  }
  const auto span = spans_.find(record.span);
  return span != spans_.end() && span->second.wanted;
}

bool ShowFilter::accepts(const Record& record, LineNumber line) {
  switch (record.kind) {
    case RecordKind::kHeader:
      spans_.clear();
      wanted_tasks_.clear();
      return true;
    case RecordKind::kThread:
    case RecordKind::kEnd:
      return true;  // of the log, not of any span
    case RecordKind::kNew:
      open_span(record, line);
      break;
    default:
      break;
  }
  const bool right_kind = conditions_.kinds == 0 || (conditions_.kinds & kind_of(record)) != 0;
  const bool theirs = belongs(record);
  knows_one_ |= theirs;
  const bool accepted = in_time(record.at_unix_ns) && right_kind && theirs;
  if (record.kind == RecordKind::kClose) spans_.erase(record.span);
  // Loss is never left out, whatever was asked for.
  return accepted || record.kind == RecordKind::kLost;
}

}  // namespace ari::replay
