#include "tests/replay/model/step.h"

#include <fmt/format.h>

#include <utility>

#include "replay/input/emit.h"
#include "replay/model/fold.h"

namespace ari::test {

using replay::SpanId;
using subscriber::Field;
using subscriber::Record;
using subscriber::RecordKind;
using subscriber::WakerOp;

namespace {

constexpr const char* kDeedNames[] = {"spawn", "enter",       "exit",  "clone",  "drop",
                                      "wake",  "wake_by_ref", "close", "header", "lost"};

RecordKind kind_of(Deed deed) {
  switch (deed) {
    case Deed::kSpawn:
      return RecordKind::kNew;
    case Deed::kEnter:
      return RecordKind::kEnter;
    case Deed::kExit:
      return RecordKind::kExit;
    case Deed::kClose:
      return RecordKind::kClose;
    case Deed::kHeader:
      return RecordKind::kHeader;
    case Deed::kLost:
      return RecordKind::kLost;
    default:
      return RecordKind::kWaker;
  }
}

WakerOp op_of(Deed deed) {
  switch (deed) {
    case Deed::kClone:
      return WakerOp::kClone;
    case Deed::kDrop:
      return WakerOp::kDrop;
    case Deed::kWake:
      return WakerOp::kWake;
    default:
      return WakerOp::kWakeByRef;
  }
}

void feed(replay::Fold& fold, const Step& step, const replay::Line& line) {
  Record record;
  record.kind = kind_of(step.deed);
  record.at_unix_ns = step.at_ns;
  record.thread = step.thread;
  const Field kind{"kind", subscriber::Value::display(step.kind)};
  if (record.kind == RecordKind::kWaker) {
    record.task = step.task;
    record.op = op_of(step.deed);
    record.self_wake = step.self_wake;
  } else if (record.kind != RecordKind::kHeader && record.kind != RecordKind::kLost) {
    record.span = step.task;
    record.destroy = step.destroy;
    record.outcome = step.outcome;
    record.parked_at.line = step.parked_at_line;
  }
  if (step.deed == Deed::kSpawn) {
    record.name = "runtime.spawn";
    if (!step.kind.empty()) record.fields = {&kind, 1};
  }
  hand_on(record, line, fold);  // as readers do
}

std::string show(std::optional<std::int64_t> instant) {
  return instant ? fmt::format("{}", *instant) : "none";
}

}  // namespace

Step spawn(std::int64_t at_ns, SpanId task, std::string kind) {
  return {.deed = Deed::kSpawn, .at_ns = at_ns, .task = task, .kind = std::move(kind)};
}
Step enter(std::int64_t at_ns, SpanId task, std::uint32_t thread) {
  return {.deed = Deed::kEnter, .at_ns = at_ns, .task = task, .thread = thread};
}
Step exit(std::int64_t at_ns, SpanId task, std::uint32_t thread) {
  return {.deed = Deed::kExit, .at_ns = at_ns, .task = task, .thread = thread};
}
Step clone(std::int64_t at_ns, SpanId task, std::uint32_t thread) {
  return {.deed = Deed::kClone, .at_ns = at_ns, .task = task, .thread = thread};
}
Step drop(std::int64_t at_ns, SpanId task, std::uint32_t thread) {
  return {.deed = Deed::kDrop, .at_ns = at_ns, .task = task, .thread = thread};
}
Step wake(std::int64_t at_ns, SpanId task, std::uint32_t thread) {
  return {.deed = Deed::kWake, .at_ns = at_ns, .task = task, .thread = thread};
}
Step wake_by_ref(std::int64_t at_ns, SpanId task, std::uint32_t thread) {
  return {.deed = Deed::kWakeByRef, .at_ns = at_ns, .task = task, .thread = thread};
}
Step close(std::int64_t at_ns, SpanId task) {
  return {.deed = Deed::kClose, .at_ns = at_ns, .task = task};
}
Step destroying(Step enter) {
  enter.destroy = true;
  return enter;
}
Step polling(Step enter) {
  enter.destroy = false;
  return enter;
}
Step parked(Step exit, std::uint32_t at_line) {
  exit.parked_at_line = at_line;
  return exit;
}

namespace {

void feed(replay::Fold& fold, const Steps& steps) {
  replay::Line line;
  for (const Step& step : steps) {
    ++line.number;
    feed(fold, step, line);
  }
}

}  // namespace

replay::Model fold_steps(const Steps& steps, const replay::FoldOptions& options) {
  replay::Fold fold(options);
  feed(fold, steps);
  return fold.finish({});
}

std::optional<replay::Model> fold_unless_misjudged(const Steps& steps,
                                                   const replay::FoldOptions& options) {
  replay::Fold fold(options);
  feed(fold, steps);
  replay::Model model = fold.finish({});
  if (fold.has_misjudged()) return std::nullopt;
  return model;
}

replay::Model fold_steps(const Steps& steps, replay::Semantics semantics) {
  return fold_steps(steps,
                    {.semantics = semantics, .watch = [](const replay::Task&) { return true; }});
}

std::string show(const replay::Distribution& d) {
  return fmt::format("count={} min={} max={} p10={} p25={} p50={} p75={} p90={} p95={} p99={}",
                     d.count, d.min_ns, d.max_ns, d.p10_ns, d.p25_ns, d.p50_ns, d.p75_ns, d.p90_ns,
                     d.p95_ns, d.p99_ns);
}

std::string show(const replay::Task& task) {
  constexpr const char* kStates[] = {"running", "scheduled", "idle", "completed"};
  return fmt::format(
      "span={}\nstate={}\npolls={}\nbusy={}\nscheduled={}\nidle={}\ntotal={}\n"
      "wakes={}\nself_wakes={}\nclones={}\ndrops={}\ncreated={}\ndropped={}\n"
      "first_poll={}\nlast_wake={}\npoll_times: {}\nscheduled_times: {}\n",
      task.span, kStates[static_cast<int>(task.state)], task.polls, task.busy_ns, task.scheduled_ns,
      task.idle_ns, task.total_ns, task.wakes, task.self_wakes, task.waker_clones, task.waker_drops,
      show(task.created_unix_ns), show(task.dropped_unix_ns), show(task.first_poll_unix_ns),
      show(task.last_wake_unix_ns), show(task.poll_times.value_or_new()),
      show(task.scheduled_times.value_or_new()));
}

std::string show(const Tasks& tasks) {
  std::string text;
  for (const replay::Task& task : tasks) text += show(task);
  return text;
}

std::string show(const Steps& steps) {
  std::string text;
  for (const Step& step : steps) {
    text += fmt::format("{} {} task {} thread {}", step.at_ns,
                        kDeedNames[static_cast<int>(step.deed)], step.task, step.thread);
    if (step.self_wake) text += *step.self_wake ? " self" : " not self";
    if (step.destroy) text += *step.destroy ? " destroy" : " poll";
    text += '\n';
  }
  return text;
}

}  // namespace ari::test
