// Tasks are looked at one after another, while all run on. So a circle that they make by what was
// seen of each may never have been one:
//
//   looks at "one"                it waits for B, which "two" has
//     meanwhile "two" gives B up, "one" gets it and gives up A, and "two" locks A, then B …
//   looks at "two"                it waits for A, which "one" had
//
// Only if there seems to be one is it worth a closer look, which is three looks at each:
//
//     first ──────── second ──────── third        of all, of who waited, of who is in a circle
//        one, two, …     one, two, …     one, two, …
//                  └──────────────────┘
//
// Whoever is not polled from his first look to his third stood still in all the time marked, and
// with him what he waits for and what he has. In that time lie the second looks; a circle that
// they make was one.
#include "runtime/dump/dump.h"

#include <algorithm>
#include <numeric>

#include "runtime/time/coarse_clock.h"

namespace ari {

namespace {

using std::chrono::nanoseconds;

// `polled_ns` tells the poll after which it is seen, if none goes on.
TaskDump look_at(task::Header& task, std::int64_t& polled_ns) {
  TaskDump dump;
  dump.state = task.read_frames([&](const task::FrameStack& frames) {
    polled_ns = task.polled_ns();
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
  if (const std::int64_t then_ns = task.polled_ns()) dump.since_poll = since(then_ns);
  return dump;
}

}  // namespace

struct Dump::Seen {
  task::Header* task;
  std::int64_t polled_ns;

  // Whether it waits as it did then, and was not polled since.
  bool waits_on() const {
    std::int64_t now_ns = 0;
    const auto state =
        task->read_frames([&](const task::FrameStack&) { now_ns = task->polled_ns(); });
    return state == TaskDump::State::kIdle && now_ns == polled_ns;
  }
};

Dump Dump::of(scheduler::Engine& runtime) {
  Dump dump;
  std::vector<scheduler::TaskReference> tasks;
  runtime.list(tasks);
  dump.tasks_.reserve(tasks.size());
  std::vector<Seen> seen;
  for (const scheduler::TaskReference& task : tasks) {
    std::int64_t polled_ns = 0;
    TaskDump told = look_at(*task, polled_ns);
    if (told.state == TaskDump::State::kComplete) continue;
    dump.tasks_.push_back(std::move(told));
    seen.push_back({&*task, polled_ns});
  }
  dump.sort_ids();
  dump.look_for_circles(seen);
  return dump;
}

void Dump::look_for_circles(const std::vector<Seen>& seen) {
  if (find_circles(*this).empty()) return;
  Dump again;
  for (std::size_t i = 0; i < seen.size(); ++i) {
    if (tasks_[i].state != TaskDump::State::kIdle || !tasks_[i].trace.wait()) continue;
    std::int64_t polled_ns = 0;
    TaskDump told = look_at(*seen[i].task, polled_ns);
    if (polled_ns == seen[i].polled_ns) again.tasks_.push_back(std::move(told));
  }
  again.sort_ids();
  circles_ = find_circles(again);
  std::erase_if(circles_, [&](const Circle& circle) {
    return !std::all_of(circle.begin(), circle.end(), [&](const CircleLink& link) {
      return seen[static_cast<std::size_t>(find(link.task) - tasks_.data())].waits_on();
    });
  });
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
