#include "subscriber/run_so_far.h"

#include <algorithm>

namespace ari::subscriber {

namespace {

constexpr std::string_view kJoinTarget = "runtime::join";

Record record_of(RecordKind kind, std::int64_t at_unix_ns, std::uint32_t thread, SpanId span) {
  Record record;
  record.kind = kind;
  record.at_unix_ns = at_unix_ns;
  record.thread = thread;
  record.span = span;
  return record;
}

}  // namespace

std::vector<RunSoFar::KeptField> RunSoFar::kept(std::span<const Field> fields) {
  std::vector<KeptField> out;
  out.reserve(fields.size());
  for (const Field& field : fields) {
    out.push_back({std::string(field.name),
                   field.value.is_text() ? std::string(field.value.text()) : std::string(),
                   field.value});
  }
  return out;
}

std::vector<Field> RunSoFar::shown(const std::vector<KeptField>& fields) {
  std::vector<Field> out;
  out.reserve(fields.size());
  for (const KeptField& field : fields) {
    Value value = field.value;
    if (value.type() == ValueType::kStr) value = Value(std::string_view(field.text));
    if (value.type() == ValueType::kDisplay) value = Value::display(field.text);
    out.push_back({field.name, value});
  }
  return out;
}

void RunSoFar::see(const Record& record, const Tell& tell) {
  at_unix_ns_ = record.at_unix_ns;
  // Its thread-locals may say something when they are destroyed, in a new lane.
  if (!ended_.empty()) ended_.erase(record.thread);
  if (record.kind != RecordKind::kThread) announce(record.thread, record.at_unix_ns, tell);
  switch (record.kind) {
    case RecordKind::kHeader:
      program_ = record.name;
      header_ = kept(record.fields);
      break;
    case RecordKind::kThread:
      thread_names_[record.thread] = record.name;
      announced_.insert(record.thread);
      break;
    case RecordKind::kNew:
      spans_.open(record.span, {.record = record,
                                .name = std::string(record.name),
                                .target = std::string(record.target),
                                .fields = kept(record.fields)});
      break;
    case RecordKind::kEnter:
      entered_[record.thread].push_back(record.span);
      if (Span* const span = spans_.hear_of(record.span)) {
        span->was_entered = true;
        span->is_woken = false;
        span->thread = record.thread;
        span->joins.clear();
      }
      break;
    case RecordKind::kExit:
      note_exit(record);
      break;
    case RecordKind::kClose:
      spans_.close(record.span);
      break;
    case RecordKind::kWaker:
      note_waker(record);
      break;
    case RecordKind::kLost:
      lost_ += record.lost;
      ++losses_;
      spans_.lose(record.lost_closes);
      entered_.erase(record.thread);  // nobody knows what it has left meanwhile
      break;
    case RecordKind::kEvent:
      if (record.target == kJoinTarget) note_join(record);
      break;
    case RecordKind::kAlive:
    case RecordKind::kEnd:
    case RecordKind::kGap:
      break;
  }
}

void RunSoFar::note_exit(const Record& record) {
  if (const auto entered = entered_.find(record.thread); entered != entered_.end()) {
    std::vector<SpanId>& stack = entered->second;
    const auto last = std::find(stack.rbegin(), stack.rend(), record.span);
    if (last != stack.rend()) stack.erase(std::next(last).base());
  }
  Span* const span = spans_.hear_of(record.span);
  if (span == nullptr) return;
  span->parked_at = record.parked_at;
  span->file = record.parked_at.file;
  span->function = record.parked_at.function;
}

void RunSoFar::note_join(const Record& record) {
  if (Span* const span = spans_.hear_of(record.span)) span->joins = kept(record.fields);
}

void RunSoFar::note_waker(const Record& record) {
  Span* const known = spans_.hear_of(record.task);
  if (known == nullptr) return;
  Span& task = *known;
  task.wakers = wakers_of(task);
  task.losses = losses_;
  if (record.op == WakerOp::kClone) ++task.wakers;
  if (record.op == WakerOp::kDrop || record.op == WakerOp::kWake) --task.wakers;
  if (record.op == WakerOp::kWake || record.op == WakerOp::kWakeByRef) {
    task.is_woken = true;
    task.woken_on = record.thread;
  }
}

// What was lost may have cloned and dropped some. One that is told without need hides a lost waker;
// without it a task that can be woken would seem to have lost its own.
std::int64_t RunSoFar::wakers_of(const Span& task) const {
  return task.losses == losses_ ? task.wakers : std::clamp<std::int64_t>(task.wakers, 0, 1);
}

void RunSoFar::announce(std::uint32_t thread, std::int64_t at_unix_ns, const Tell& tell) {
  if (thread == 0 || !announced_.insert(thread).second) return;
  const auto it = thread_names_.find(thread);
  if (it == thread_names_.end()) return;
  Record record = record_of(RecordKind::kThread, at_unix_ns, thread, trace::kNoSpan);
  record.name = it->second;
  tell(record);
}

void RunSoFar::retell_header(std::int64_t at_unix_ns, std::uint64_t part, std::uint64_t retold,
                             const Tell& tell) const {
  std::vector<Field> fields = shown(header_);
  fields.push_back({"part", Value(part)});
  fields.push_back({"retold", Value(retold)});
  Record header = record_of(RecordKind::kHeader, at_unix_ns, 0, trace::kNoSpan);
  header.name = program_;
  header.fields = fields;
  tell(header);
}

void RunSoFar::retell(std::int64_t at_unix_ns, std::uint64_t part, const Tell& tell) {
  lost_ = 0;
  std::uint64_t events = 0;
  announced_.clear();
  retell_open(at_unix_ns,
              [&](const Record& record) { events += record.kind != RecordKind::kThread ? 1 : 0; });
  announced_.clear();
  retell_header(at_unix_ns, part, events, tell);
  retell_open(at_unix_ns, tell);
  forget_ended();
}

// Threads that have ended and of which nothing that is open tells: it would have announced them.
void RunSoFar::forget_ended() {
  std::erase_if(ended_, [this](std::uint32_t thread) {
    if (announced_.contains(thread)) return false;
    thread_names_.erase(thread);
    entered_.erase(thread);
    return true;
  });
}

void RunSoFar::retell_open(std::int64_t at_unix_ns, const Tell& tell) {
  std::vector<SpanId> ids;
  spans_.for_each([&ids](SpanId id, const Span&) { ids.push_back(id); });
  std::sort(ids.begin(), ids.end());  // ids count up: parents come before their children
  for (const SpanId id : ids) {
    const Span& span = *spans_.find(id);
    announce(span.record.thread, at_unix_ns, tell);
    const std::vector<Field> fields = shown(span.fields);
    Record record = span.record;
    record.at_unix_ns = at_unix_ns;
    record.name = span.name;
    record.target = span.target;
    record.fields = fields;
    tell(record);
  }
  std::unordered_set<SpanId> inside;
  for (const auto& [thread, stack] : entered_) inside.insert(stack.begin(), stack.end());
  for (const SpanId id : ids) {
    const Span& span = *spans_.find(id);
    const bool is_task = span.name == "runtime.spawn";
    if (is_task && span.was_entered && !inside.contains(id)) {
      retell_waiting(span, at_unix_ns, tell);
    }
  }
  for (const auto& [thread, stack] : entered_) {
    if (!stack.empty()) announce(thread, at_unix_ns, tell);
    for (const SpanId id : stack) {
      tell(record_of(RecordKind::kEnter, at_unix_ns, thread, id));
    }
  }
}

void RunSoFar::retell_waiting(const Span& span, std::int64_t at_unix_ns, const Tell& tell) {
  const SpanId id = span.record.span;
  announce(span.thread, at_unix_ns, tell);
  tell(record_of(RecordKind::kEnter, at_unix_ns, span.thread, id));
  Record waker = record_of(RecordKind::kWaker, at_unix_ns, span.thread, trace::kNoSpan);
  waker.target = kWakerTarget;
  waker.task = id;
  waker.op = WakerOp::kClone;
  for (std::int64_t i = wakers_of(span); i > 0; --i) tell(waker);
  if (!span.joins.empty()) {
    const std::vector<Field> fields = shown(span.joins);
    Record join = record_of(RecordKind::kEvent, at_unix_ns, span.thread, id);
    join.target = kJoinTarget;
    join.fields = fields;
    tell(join);
  }
  Record exit = record_of(RecordKind::kExit, at_unix_ns, span.thread, id);
  exit.parked_at = span.parked_at;
  exit.parked_at.file = span.file;
  exit.parked_at.function = span.function;
  tell(exit);
  if (!span.is_woken) return;
  announce(span.woken_on, at_unix_ns, tell);
  waker.thread = span.woken_on;
  waker.op = WakerOp::kWakeByRef;
  tell(waker);
}

}  // namespace ari::subscriber
