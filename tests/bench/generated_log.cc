#include "tests/bench/generated_log.h"

namespace ari::bench {

using subscriber::Field;
using subscriber::Record;
using subscriber::RecordKind;
using subscriber::Value;
using subscriber::WakerOp;

namespace {

constexpr std::size_t kTasks = 1000;  // alive at a time
constexpr unsigned kThreads = 8;
constexpr unsigned kPlaces = 5;
constexpr std::int64_t kStartUnixNs = 1'795'437'241'926'222'764;
constexpr std::uint64_t kSemaphore = 1;

}  // namespace

GeneratedLog::GeneratedLog(std::string& out) : out_(&out), at_unix_ns_(kStartUnixNs) {
  Record header;
  header.kind = RecordKind::kHeader;
  header.at_unix_ns = at_unix_ns_;
  header.name = "server";
  write(header);
  for (thread_ = kThreads; thread_ > 1; --thread_) {
    Record thread = next(RecordKind::kThread);
    thread.name = "worker";
    write(thread);
  }
  new_span(kSemaphore, 0, "runtime.resource", "ari::sync::semaphore",
           {{"concrete_type", "Semaphore"},
            {"kind", "Sync"},
            {"loc.file", "src/server.cc"},
            {"loc.line", 12U},
            {"loc.col", 9U}});
}

void GeneratedLog::step(std::string& out) {
  out_ = &out;
  if (tasks_.size() < kTasks) spawn();
  Task task = tasks_.front();
  tasks_.pop_front();
  poll(task);
  if (--task.polls_left > 0) tasks_.push_back(task);
}

void GeneratedLog::end(std::string& out) {
  out_ = &out;
  write(next(RecordKind::kEnd));
}

void GeneratedLog::spawn() {
  const Task task{last_id_ + 1, last_id_ + 2, 2 + random(12)};
  last_id_ += 2;
  const std::string name = "connection " + std::to_string(task.id);
  new_span(task.id, 0, "runtime.spawn", "ari::task",
           {{"kind", Value::display("task")},
            {"task.name", Value::display(name)},
            {"task.id", task.id},
            {"size.bytes", 408U},
            {"loc.file", "src/server.cc"},
            {"loc.line", 88U},
            {"loc.col", 5U}});
  new_span(task.op, kSemaphore, "runtime.resource.async_op", "ari::sync::semaphore",
           {{"source", "Semaphore::acquire"}, {"inherits_child_attrs", false}});
  tasks_.push_back(task);
}

void GeneratedLog::poll(const Task& task) {
  thread_ = 1 + random(kThreads);
  const bool last = task.polls_left == 1;
  enter(task.id);
  if (random(2) == 0) poll_op(task, last);
  if (last) {
    exit(task.id);
    return finish(task);
  }
  waker(task.id, WakerOp::kClone, task.id);
  exit(task.id, 1 + random(kPlaces));
  thread_ = 1 + random(kThreads);
  waker(tasks_.empty() ? task.id : tasks_.back().id, WakerOp::kWake, task.id);
}

void GeneratedLog::poll_op(const Task& task, bool ready) {
  enter(task.op);
  const Field fields[] = {{"op_name", "poll_acquire"}, {"is_ready", ready}};
  Record event = next(RecordKind::kEvent);
  event.span = task.op;
  event.target = "runtime::resource::poll_op";
  event.fields = fields;
  write(event);
  exit(task.op);
}

void GeneratedLog::finish(const Task& task) {
  enter(task.id, true);
  close(task.op);
  exit(task.id);
  close(task.id);
}

void GeneratedLog::enter(std::uint64_t span, bool destroy) {
  Record record = next(RecordKind::kEnter);
  record.span = span;
  record.destroy = destroy;
  write(record);
}

void GeneratedLog::exit(std::uint64_t span, unsigned place) {
  Record record = next(RecordKind::kExit);
  record.span = span;
  if (place > 0) record.parked_at = {"src/server.cc", place * 31, 17, "ari::Task<void> serve(int)"};
  write(record);
}

void GeneratedLog::close(std::uint64_t span) {
  Record record = next(RecordKind::kClose);
  record.span = span;
  if (span % 2 == 0) record.outcome = subscriber::Outcome::kCompleted;  // tasks have even ids
  write(record);
}

void GeneratedLog::waker(std::uint64_t in, WakerOp op, std::uint64_t task) {
  Record record = next(RecordKind::kWaker);
  record.span = in;
  record.op = op;
  record.task = task;
  write(record);
}

void GeneratedLog::new_span(std::uint64_t id, std::uint64_t parent, std::string_view name,
                            std::string_view target, std::initializer_list<Field> fields) {
  Record record = next(RecordKind::kNew);
  record.span = id;
  record.parent = parent;
  record.name = name;
  record.target = target;
  record.fields = {fields.begin(), fields.size()};
  write(record);
}

Record GeneratedLog::next(RecordKind kind) {
  at_unix_ns_ += 50 + random(2000);
  Record record;
  record.kind = kind;
  record.at_unix_ns = at_unix_ns_;
  record.thread = thread_;
  return record;
}

// Marsaglia's xorshift: the same numbers on every machine.
unsigned GeneratedLog::random(unsigned below) {
  random_state_ ^= random_state_ << 13;
  random_state_ ^= random_state_ >> 7;
  random_state_ ^= random_state_ << 17;
  return static_cast<unsigned>(random_state_ % below);
}

}  // namespace ari::bench
