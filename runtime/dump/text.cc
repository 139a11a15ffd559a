// A dump for people. A task is its headline, then its frames, the innermost first, and
// under the innermost what it waits for:
//
//   [7] left  idle, last polled 203ms ago  spawned at main.cc:40:59
//     0  lock_both at main.cc:27:38
//        waits for Mutex::lock [5], made at main.cc:35:24, locked by [8] right
//     1  left at main.cc:31:3
//
// Several things at once are a tree:
//
//     0  serve at main.cc:52:18
//        ├─ waits for Sleep, due in 4.90s
//        └─ 0  read_line at main.cc:44:20
//              waits for TcpStream::read [12]
#include <map>
#include <set>

#include "runtime/dump/dump.h"
#include "runtime/dump/words.h"

namespace ari {

namespace {

namespace words = dump_words;

// `first` begins the first line, `rest` all others.
void append_trace(std::string& out, const StackTrace& trace, const Dump* all,
                  const std::string& first, const std::string& rest) {
  if (trace.frames().empty()) {
    if (trace.wait()) out += first + "waits for " + words::wait(*trace.wait(), all) + "\n";
    return;
  }
  std::size_t number = 0;
  for (const StackTrace::Frame& frame : trace.frames()) {
    const std::string label = std::to_string(number) + (number < 10 ? "  " : " ");
    out += (number == 0 ? first : rest) + label + words::frame(frame) + "\n";
    if (number++ > 0) continue;
    const std::string inside = rest + "   ";
    if (trace.wait()) out += inside + "waits for " + words::wait(*trace.wait(), all) + "\n";
    for (const StackTrace& branch : trace.branches()) {
      const bool is_last = &branch == &trace.branches().back();
      append_trace(out, branch, all, inside + (is_last ? "└─ " : "├─ "),
                   inside + (is_last ? "   " : "│  "));
    }
  }
}

std::string headline(const TaskDump& task) {
  std::string out = words::task(task) + "  " + std::string(words::state(task.state));
  if (!task.since_poll) {
    out += ", not polled since its spawn " + words::duration(task.age) + " ago";
  } else if (task.state == TaskDump::State::kRunning) {
    out += " for " + words::duration(*task.since_poll);
  } else {
    out += ", last polled " + words::duration(*task.since_poll) + " ago";
  }
  return out + "  spawned at " + words::place(task.spawned_at) + "\n";
}

// Who holds the lock that the task waits for, if it waits for that alone.
const TaskDump* blocker_of(const Dump& dump, const TaskDump& task) {
  const auto& wait = task.trace.wait();
  return wait && wait->held_by != trace::kNoSpan ? dump.find(wait->held_by) : nullptr;
}

// One line for each circle of tasks that wait for each other's locks. A task that was given an
// owned guard holds the lock instead of the one that took it: then there may be no circle.
void append_circles(std::string& out, const Dump& dump) {
  std::set<const TaskDump*> seen;
  for (const TaskDump& start : dump.tasks()) {
    std::map<const TaskDump*, std::size_t> on_way;
    std::vector<const TaskDump*> way;
    const TaskDump* task = &start;
    while (task != nullptr && seen.insert(task).second) {
      on_way[task] = way.size();
      way.push_back(task);
      task = blocker_of(dump, *task);
    }
    const auto met = on_way.find(task);
    if (task == nullptr || met == on_way.end()) continue;
    std::string circle;
    bool is_certain = true;
    for (std::size_t i = met->second; i < way.size(); ++i) {
      circle += words::task(*way[i]) + " → ";
      is_certain = is_certain && !way[i]->trace.wait()->is_hold_owned;
    }
    circle += words::task(*task) + ", each waits for a lock that the next one took";
    out += is_certain ? "\nDeadlock: " + circle + "\n"
                      : "\nPerhaps a deadlock: " + circle +
                            ", unless an owned guard was handed to another task since\n";
  }
}

}  // namespace

std::string StackTrace::to_string() const {
  std::string out;
  append_trace(out, *this, nullptr, "", "");
  return out;
}

std::string Dump::to_string() const {
  std::size_t counts[3] = {};
  for (const TaskDump& task : tasks_) ++counts[static_cast<std::size_t>(task.state)];
  const auto count = [&](TaskDump::State state) {
    return std::to_string(counts[static_cast<std::size_t>(state)]) + " " +
           std::string(words::state(state));
  };
  std::string out = std::to_string(tasks_.size()) + (tasks_.size() == 1 ? " task: " : " tasks: ") +
                    count(TaskDump::State::kRunning) + ", " + count(TaskDump::State::kScheduled) +
                    ", " + count(TaskDump::State::kIdle) + "\n";
  for (const TaskDump& task : tasks_) {
    out += "\n" + headline(task);
    append_trace(out, task.trace, this, "  ", "  ");
  }
  append_circles(out, *this);
  return out;
}

}  // namespace ari
