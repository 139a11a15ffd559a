// LockLog: writes the log of tasks that use locks and join each other, call by call.
//
// For tests of who waits for whom: each task has a thread to itself, whose number is its id.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "tests/replay/model/happening.h"

namespace ari::test {

class LockLog {
 public:
  replay::SpanId task() {
    const replay::SpanId id = ++last_task_;
    add({.kind = subscriber::RecordKind::kNew, .thread = 9, .span = id, .name = kTask});
    return id;
  }
  replay::SpanId lock(const char* type) {
    const replay::SpanId id = next_++;
    add({.kind = subscriber::RecordKind::kNew,
         .thread = 9,
         .span = id,
         .name = kResource,
         .fields = {{"concrete_type", std::string(type)}, {"kind", std::string("Sync")}}});
    return id;
  }
  // A semaphore with its inside; the latter is what tells of permits.
  std::pair<replay::SpanId, replay::SpanId> semaphore(std::uint64_t permits) {
    const replay::SpanId outer = next_++, inner = next_++;
    add({.kind = subscriber::RecordKind::kNew,
         .thread = 9,
         .span = outer,
         .name = kResource,
         .fields = {{"concrete_type", std::string("Semaphore")},
                    {"kind", std::string("Sync")},
                    {"inherits_child_attrs", true}}});
    enter(9, outer);
    add({.kind = subscriber::RecordKind::kNew,
         .thread = 9,
         .span = inner,
         .name = kResource,
         .fields = {{"concrete_type", std::string("Semaphore")},
                    {"kind", std::string("Sync")},
                    {"is_internal", true}}});
    tell(9, inner, "permits", permits, "override");
    exit(9, outer);
    return {outer, inner};
  }

  void enter(replay::SpanId task, replay::SpanId span) {
    add_span(subscriber::RecordKind::kEnter, task, span);
  }
  void exit(replay::SpanId task, replay::SpanId span) {
    add_span(subscriber::RecordKind::kExit, task, span);
  }
  void close(replay::SpanId task, replay::SpanId span) {
    add_span(subscriber::RecordKind::kClose, task, span);
  }

  // Makes an op on the lock. Its poll's span is the next id.
  replay::SpanId ask(replay::SpanId task, replay::SpanId lock, const char* source) {
    const replay::SpanId op = next_++, poll = next_++;
    add({.kind = subscriber::RecordKind::kNew,
         .thread = thread(task),
         .span = op,
         .parent = lock,
         .name = kOp,
         .fields = {{"source", std::string(source)}}});
    add({.kind = subscriber::RecordKind::kNew,
         .thread = thread(task),
         .span = poll,
         .parent = op,
         .name = kOpPoll});
    return op;
  }
  void attempt(replay::SpanId task, replay::SpanId lock, replay::SpanId op, bool ready) {
    for (const replay::SpanId span : {lock, op, op + 1}) enter(task, span);
    if (!ready) {
      add({.kind = subscriber::RecordKind::kWaker,
           .thread = thread(task),
           .span = op + 1,
           .op = subscriber::WakerOp::kClone,
           .task = task});
    }
    add({.kind = subscriber::RecordKind::kEvent,
         .thread = thread(task),
         .span = op + 1,
         .target = kPollOp,
         .fields = {{"op_name", std::string("poll")}, {"is_ready", ready}}});
    for (const replay::SpanId span : {op + 1, op, lock}) exit(task, span);
    if (ready) drop(task, op);
  }
  void drop(replay::SpanId task, replay::SpanId op) {
    close(task, op + 1);
    close(task, op);
  }
  void tell(replay::SpanId task, replay::SpanId resource, const char* name, FieldValue value,
            const char* how = nullptr) {
    enter(task, resource);
    Happening h{.kind = subscriber::RecordKind::kEvent,
                .thread = thread(task),
                .span = resource,
                .target = kResourceState,
                .fields = {{name, std::move(value)}}};
    if (how != nullptr) h.fields.emplace_back(std::string(name) + ".op", std::string(how));
    add(std::move(h));
    exit(task, resource);
  }

  // One poll in which the task asks for a lock and gets it, or not. Returns the op.
  replay::SpanId poll_for(replay::SpanId task, replay::SpanId lock, const char* source,
                          bool ready) {
    enter(task, task);
    const replay::SpanId op = ask(task, lock, source);
    attempt(task, lock, op, ready);
    exit(task, task);
    return op;
  }

  void wake(replay::SpanId by, replay::SpanId task) {
    add({.kind = subscriber::RecordKind::kWaker,
         .thread = thread(by),
         .op = subscriber::WakerOp::kWakeByRef,
         .task = task});
  }

  // In a poll of the task: it suspends in a join of these, as ari's runtime tells it.
  void tell_join(replay::SpanId task, const std::vector<replay::SpanId>& joined,
                 std::uint64_t count, bool all, bool aborted = false) {
    std::string others;
    for (std::size_t i = 1; i < joined.size(); ++i) {
      others += (i > 1 ? " " : "") + std::to_string(joined[i]);
    }
    Happening h{.kind = subscriber::RecordKind::kEvent,
                .thread = thread(task),
                .span = task,
                .target = "runtime::join",
                .fields = {{"op", std::string(count == 1 ? "JoinHandle" : "JoinSet::join_next")}}};
    if (!joined.empty()) h.fields.emplace_back("task", joined.front());
    if (count > 1) h.fields.emplace_back("tasks", count);
    if (!others.empty()) h.fields.emplace_back("others", others);
    if (all) h.fields.emplace_back("all", true);
    if (aborted) h.fields.emplace_back("aborted", true);
    add(std::move(h));
  }
  // Somebody whose span is not in the log waits for a task, in a poll inside of this task's.
  void tell_join_of_unknown(replay::SpanId inside, replay::SpanId joined) {
    add({.kind = subscriber::RecordKind::kEvent,
         .thread = thread(inside),
         .target = "runtime::join",
         .fields = {{"op", std::string("JoinHandle")}, {"task", joined}}});
  }
  // One poll in which the task waits for the end of any of these.
  void poll_to_join(replay::SpanId task, const std::vector<replay::SpanId>& joined) {
    enter(task, task);
    add({.kind = subscriber::RecordKind::kWaker,
         .thread = thread(task),
         .span = task,
         .op = subscriber::WakerOp::kClone,
         .task = task});
    tell_join(task, joined, joined.size(), false);
    exit(task, task);
  }
  // A dump of the program's own that began so long ago tells that the task joins these.
  void tell_dump(replay::SpanId task, const std::vector<replay::SpanId>& joined,
                 std::uint64_t age_ns) {
    Happening h{.kind = subscriber::RecordKind::kEvent,
                .thread = 9,
                .target = "runtime::dump",
                .fields = {{"op", std::string("task")}, {"task.id", task}, {"age_ns", age_ns}}};
    if (!joined.empty()) {
      h.fields.emplace_back("join.op",
                            std::string(joined.size() == 1 ? "JoinHandle" : "JoinSet::join_next"));
      h.fields.emplace_back("join.task", joined.front());
    }
    if (joined.size() > 1) {
      h.fields.emplace_back("join.tasks", std::uint64_t{joined.size()});
      std::string others;
      for (std::size_t i = 1; i < joined.size(); ++i) {
        others += (i > 1 ? " " : "") + std::to_string(joined[i]);
      }
      h.fields.emplace_back("join.others", others);
    }
    add(std::move(h));
  }
  // One poll in which it does none of this.
  void poll(replay::SpanId task) {
    enter(task, task);
    exit(task, task);
  }
  void end(replay::SpanId task) {
    poll(task);
    close(task, task);
  }
  void lose_events_of(replay::SpanId task) {
    add({.kind = subscriber::RecordKind::kLost, .thread = thread(task)});
  }

  std::int64_t now_ns() const { return log_.back().at_ns; }
  const Happenings& log() const { return log_; }
  replay::Model fold() const { return fold_happenings(log_, {}); }

 private:
  static std::uint32_t thread(replay::SpanId task) { return static_cast<std::uint32_t>(task); }
  void add(Happening h) {
    h.at_ns = static_cast<std::int64_t>(10 * log_.size() + 10);
    log_.push_back(std::move(h));
  }
  void add_span(subscriber::RecordKind kind, replay::SpanId task, replay::SpanId span) {
    add({.kind = kind, .thread = thread(task), .span = span});
  }

  Happenings log_;
  replay::SpanId last_task_ = 0, next_ = 100'000;
};

}  // namespace ari::test
