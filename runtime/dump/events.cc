// A dump on record: one event for each task.
#include <chrono>

#include "runtime/dump/dump.h"
#include "runtime/dump/words.h"
#include "runtime/task/joined_fields.h"
#include "runtime/trace/span.h"

namespace ari {

namespace {

constexpr std::string_view kFields[] = {
    "op",         "task.id",     "task.name", "kind",         "state",   "since_poll_ns",
    "stack",      "waits_for",   "resource",  "held_by",      "join.op", "join.task",
    "join.tasks", "join.others", "join.all",  "join.aborted", "age_ns"};
constexpr trace::Metadata kTask{"", "runtime::dump", trace::Level::kTrace, kFields};

constexpr std::string_view kEndFields[] = {"op", "tasks"};
constexpr trace::Metadata kEnd{"", "runtime::dump", trace::Level::kTrace, kEndFields};

trace::Value id_if(trace::SpanId id) {
  return id != trace::kNoSpan ? trace::Value(id) : trace::Value();
}
trace::Value text_if(std::string_view text) {
  return text.empty() ? trace::Value() : trace::Value(text);
}
std::int64_t age_ns(std::chrono::steady_clock::time_point then) {
  return std::chrono::nanoseconds(std::chrono::steady_clock::now() - then).count();
}

}  // namespace

void Dump::record() const {
  if (trace::subscriber() == nullptr) return;
  for (const TaskDump& task : tasks_) {
    const std::string stack = dump_words::line(task.trace, this);
    const task::Wait wait = task.trace.wait().value_or(task::Wait());
    const trace::Value since_poll =
        task.since_poll ? trace::Value(std::int64_t{task.since_poll->count()}) : trace::Value();
    const task::JoinedFields fields(task.joins);
    const auto& [joined, count, others, all, aborted] = fields.values();
    trace::event(
        kTask, {"task", task.id, trace::Value::display(task.name), trace::Value::display(task.kind),
                dump_words::state(task.state), since_poll, text_if(stack), text_if(wait.op),
                id_if(wait.resource), id_if(wait.held_by), text_if(task.join_op), joined, count,
                others, all, aborted, age_ns(began_at_)});
  }
  trace::event(kEnd, {"end", std::uint64_t{tasks_.size()}});
}

}  // namespace ari
