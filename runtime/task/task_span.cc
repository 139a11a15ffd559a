#include "runtime/task/task_span.h"

#include "runtime/task/joined_fields.h"
#include "runtime/trace/function_name.h"

namespace ari::task {

namespace {

using trace::Metadata;
using trace::Value;

constexpr std::string_view kSpawnFields[] = {"kind",     "task.name", "task.id", "size.bytes",
                                             "loc.file", "loc.line",  "loc.col"};
constexpr Metadata kSpawn{"runtime.spawn", "ari::task", trace::Level::kTrace, kSpawnFields};

constexpr std::string_view kBlockingFields[] = {"kind",       "task.name", "task.id",  "fn",
                                                "size.bytes", "loc.file",  "loc.line", "loc.col"};
constexpr Metadata kBlocking{"runtime.spawn", "ari::task::blocking", trace::Level::kTrace,
                             kBlockingFields};

constexpr std::string_view kOutcomeFields[] = {"outcome", "exception"};
constexpr Metadata kOutcome{"", "runtime::task", trace::Level::kTrace, kOutcomeFields};

constexpr std::string_view kCoopFields[] = {"op"};
constexpr Metadata kCoop{"", "runtime::coop", trace::Level::kTrace, kCoopFields};

constexpr std::string_view kJoinFields[] = {"op", "task", "tasks", "others", "all", "aborted"};
constexpr Metadata kJoin{"", "runtime::join", trace::Level::kTrace, kJoinFields};

}  // namespace

TaskSpan::TaskSpan(const Birth& birth) noexcept
    : id_(trace::next_id()), on_record_(trace::subscriber() != nullptr), stack_(id_) {
  trace::Subscriber* s = listener();
  if (s == nullptr) return;
  const auto kind = Value::display(birth.kind), name = Value::display(birth.name);
  const Value bytes = birth.size_bytes, file = birth.at.file_name(), line = birth.at.line(),
              column = birth.at.column();
  if (birth.kind == kBlockingKind) {
    const auto fn = Value::display(trace::function_name(birth.at.function_name()));
    const Value values[] = {kind, name, id_, fn, bytes, file, line, column};
    s->new_span(id_, trace::current_span(), kBlocking, values);
  } else {
    const Value values[] = {kind, name, id_, bytes, file, line, column};
    s->new_span(id_, trace::kNoSpan, kSpawn, values);
  }
  stack_.push(id_);
}

void TaskSpan::enter(trace::EnterReason reason) noexcept {
  trace::Subscriber* s = trace::subscriber();
  if (s == nullptr) return;
  stack_.for_each_outermost_first(
      [&](trace::SpanId id) { s->enter(id, id == id_ ? reason : trace::EnterReason::kPoll); });
}

void TaskSpan::exit(std::source_location parked_at) noexcept {
  trace::Subscriber* s = trace::subscriber();
  if (s == nullptr) return;
  stack_.for_each_innermost_first(
      [&](trace::SpanId id) { s->exit(id, id == id_ ? parked_at : std::source_location()); });
}

void TaskSpan::panicked(const std::exception_ptr& error) const noexcept {
  trace::Subscriber* s = listener();
  if (s == nullptr) return;
  const auto tell = [&](std::string_view what) {
    const Value values[] = {"panicked", what};
    s->event(id_, kOutcome, values);
  };
  try {
    std::rethrow_exception(error);
  } catch (const std::exception& e) {
    tell(e.what());
  } catch (...) {
    tell("not a std::exception");
  }
}

void TaskSpan::cancelled() const noexcept {
  if (trace::Subscriber* s = listener()) {
    const Value values[] = {"cancelled", Value()};
    s->event(id_, kOutcome, values);
  }
}

void TaskSpan::budget_exhausted() const noexcept {
  if (trace::Subscriber* s = listener()) {
    const Value values[] = {"budget_exhausted"};
    s->event(id_, kCoop, values);
  }
}

void TaskSpan::waits_for(std::string_view op, const Joined& tasks) const noexcept {
  trace::Subscriber* s = listener();
  if (s == nullptr) return;
  const JoinedFields fields(tasks);
  const auto& [task, count, others, all, aborted] = fields.values();
  const Value values[] = {op, task, count, others, all, aborted};
  s->event(id_, kJoin, values);
}

void TaskSpan::close(trace::Outcome outcome) noexcept {
  stack_.pop(id_);
  if (trace::Subscriber* s = listener()) s->close(id_, outcome);
}

}  // namespace ari::task
