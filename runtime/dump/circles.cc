// Depth first along what each task waits for, each task once: a task that is met again on the
// way to itself closes a circle.
#include "runtime/dump/circles.h"

#include <algorithm>
#include <unordered_map>

#include "runtime/dump/dump.h"
#include "runtime/dump/words.h"

namespace ari {

namespace {

using Why = Blocker::Why;
using Locks = task::Wait::Locks;

class Search {
 public:
  explicit Search(const Dump& dump) : dump_(dump) {
    for (const TaskDump& task : dump.tasks()) {
      const auto& wait = task.trace.wait();
      if (wait && wait->request != nullptr) whose_[wait->request] = task.id;
    }
  }

  std::vector<Circle> circles() {
    for (const TaskDump& task : dump_.tasks()) walk_from(task);
    return std::move(circles_);
  }

 private:
  static void add(trace::SpanId id, Why why, bool is_certain, std::vector<Blocker>& out) {
    if (id != trace::kNoSpan) out.push_back({id, why, is_certain});
  }

  // Whether the guard that it made is surely its own still.
  bool has(trace::SpanId id, const void* guard) const {
    const TaskDump* task = dump_.find(id);
    return task != nullptr && task->trace.holds(guard);
  }

  // Those that it cannot go on without; they may be no tasks of this dump.
  std::vector<Blocker> blockers_of(const TaskDump& task) const {
    std::vector<Blocker> out;
    // One that is scheduled has been woken, or aborted, and goes on.
    if (task.state != TaskDump::State::kIdle || !task.trace.wait()) return out;
    const task::Wait& wait = *task.trace.wait();
    add(wait.held_by, Why::kLock, has(wait.held_by, wait.guard), out);
    if (wait.joins.needs_all()) {
      for (const trace::SpanId joined : wait.joins.listed()) add(joined, Why::kEnd, true, out);
    }
    if (wait.locks == Locks::kToWrite) {
      for (std::size_t i = 0; i < wait.shared_with.size(); ++i) {
        const trace::SpanId reader = wait.shared_with[i];
        add(reader, Why::kReads, has(reader, wait.share_guards[i]), out);
      }
    }
    // Nobody writes, and yet it cannot read: whoever is first in line has to get the lock, or go,
    // before it. One that is first itself waits for any of the readers to make room.
    if (wait.locks == Locks::kToRead && wait.held_by == trace::kNoSpan &&
        wait.first_in_line != wait.request) {
      const auto first = whose_.find(wait.first_in_line);
      if (first != whose_.end()) add(first->second, Why::kInFront, true, out);
    }
    return out;
  }

  // By a list of what is left to look at, not by recursion: a circle may be as long as the dump.
  void walk_from(const TaskDump& start) {
    struct Step {
      const TaskDump* task;
      std::vector<Blocker> left;
    };
    std::vector<Step> way;
    const auto enter = [&](const TaskDump& task) {
      places_[&task] = way.size();
      way.push_back({&task, blockers_of(task)});
    };
    if (!places_.contains(&start)) enter(start);
    Circle links;  // of the way so far, but for its last
    while (!way.empty()) {
      Step& step = way.back();
      if (step.left.empty()) {
        places_[step.task] = kDone;
        way.pop_back();
        if (!links.empty()) links.pop_back();
        continue;
      }
      const Blocker blocker = step.left.back();
      step.left.pop_back();
      const TaskDump* next = dump_.find(blocker.task);
      if (next == nullptr) continue;
      const auto met = places_.find(next);
      if (met == places_.end()) {
        links.push_back({step.task->id, blocker});
        enter(*next);
      } else if (met->second != kDone) {
        Circle circle(links.begin() + static_cast<std::ptrdiff_t>(met->second), links.end());
        circle.push_back({step.task->id, blocker});
        circles_.push_back(std::move(circle));
        for (const Step& each : way) places_[each.task] = kDone;
        return;
      }
    }
  }

  static constexpr std::size_t kDone = static_cast<std::size_t>(-1);

  const Dump& dump_;
  // Of the requests that are all that a task waits for: no other can give one up.
  std::unordered_map<const void*, trace::SpanId> whose_;
  std::unordered_map<const TaskDump*, std::size_t> places_;  // on the way, or kDone
  std::vector<Circle> circles_;
};

std::string line_of(const CircleLink& link, const Dump& dump) {
  const std::string next = dump_words::name(link.blocker.task, &dump);
  const task::Wait& wait = *dump.find(link.task)->trace.wait();
  std::string out = dump_words::name(link.task, &dump) + " waits ";
  switch (link.blocker.why) {
    case Why::kLock:
      return out + "for a lock that " + next + " took";
    case Why::kEnd:
      return out + "for the end of " + next;
    case Why::kReads:
      out += "to write what " + next + " reads";
      break;
    case Why::kInFront:
      out += "to read, behind " + next + ", which asked before to write";
      break;
  }
  return wait.made_at.line() == 0
             ? out
             : out + ", under the RwLock made at " + dump_words::place(wait.made_at);
}

}  // namespace

std::vector<Circle> find_circles(const Dump& dump) { return Search(dump).circles(); }

std::string to_string(const Circle& circle, const Dump& dump) {
  const bool is_certain = std::all_of(
      circle.begin(), circle.end(), [](const CircleLink& link) { return link.blocker.is_certain; });
  const bool is_of_locks = std::all_of(circle.begin(), circle.end(), [](const CircleLink& link) {
    return link.blocker.why == Why::kLock;
  });
  std::string out = is_certain ? "Deadlock: " : "Perhaps a deadlock: ";
  for (const CircleLink& link : circle) out += dump_words::name(link.task, &dump) + " → ";
  out += dump_words::name(circle.front().task, &dump);
  if (is_of_locks) out += ", each waits for a lock that the next one took";
  if (!is_certain) out += ", unless a guard was handed to another task since";
  out += "\n";
  if (is_of_locks) return out;
  for (const CircleLink& link : circle) out += "  " + line_of(link, dump) + "\n";
  return out;
}

}  // namespace ari
