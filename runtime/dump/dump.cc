#include "runtime/dump/dump.h"

#include <algorithm>
#include <numeric>

#include "runtime/time/coarse_clock.h"

namespace ari {

namespace {

using std::chrono::nanoseconds;

TaskDump look_at(task::Header& task) {
  TaskDump dump;
  dump.state = task.read_frames([&](const task::FrameStack& frames) {
    dump.trace = StackTrace(frames);
    const task::FrameStack::Parking parking = frames.parking();
    dump.joins = parking.joined;
    dump.join_op = parking.op;
  });
  dump.id = task.span().id();
  dump.name = task.name();
  dump.kind = task.kind();
  dump.spawned_at = task.spawned_at();
  // Another thread's stamp may be younger than our clock's last step.
  const std::int64_t now_ns = time::CoarseClock::now_ns();
  const auto since = [&](std::int64_t then_ns) {
    return nanoseconds(std::max<std::int64_t>(now_ns - then_ns, 0));
  };
  dump.age = since(task.spawned_ns());
  if (const std::int64_t polled_ns = task.polled_ns()) dump.since_poll = since(polled_ns);
  return dump;
}

}  // namespace

Dump Dump::of(scheduler::Engine& runtime) {
  Dump dump;
  std::vector<scheduler::TaskReference> tasks;
  runtime.list(tasks);
  dump.tasks_.reserve(tasks.size());
  for (const scheduler::TaskReference& task : tasks) {
    TaskDump seen = look_at(*task);
    if (seen.state != TaskDump::State::kComplete) dump.tasks_.push_back(std::move(seen));
  }
  dump.sort_ids();
  return dump;
}

void Dump::sort_ids() {
  by_id_.resize(tasks_.size());
  std::iota(by_id_.begin(), by_id_.end(), std::size_t{0});
  std::sort(by_id_.begin(), by_id_.end(),
            [&](std::size_t a, std::size_t b) { return tasks_[a].id < tasks_[b].id; });
}

const TaskDump* Dump::find(trace::SpanId id) const noexcept {
  const auto found = std::lower_bound(
      by_id_.begin(), by_id_.end(), id,
      [&](std::size_t place, trace::SpanId wanted) { return tasks_[place].id < wanted; });
  return found != by_id_.end() && tasks_[*found].id == id ? &tasks_[*found] : nullptr;
}

Dump Handle::dump() const { return Dump::of(*scheduler_); }

}  // namespace ari
