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
//
// Of what joins several tasks, each is told with what it is doing:
//
//     0  collect at main.cc:61:9
//        waits for JoinSet::join_next of any of 2 tasks
//        ├─ [9] fetch  idle, last polled 203ms ago
//        └─ [10] fetch  running for 5ms
#include "runtime/dump/dump.h"
#include "runtime/dump/words.h"

namespace ari {

namespace {

namespace words = dump_words;

// "running for 0ms", "idle, last polled 203ms ago".
std::string activity(const TaskDump& task) {
  const std::string out(words::state(task.state));
  if (!task.since_poll)
    return out + ", not polled since its spawn " + words::duration(task.age) + " ago";
  const std::string since = words::duration(*task.since_poll);
  return task.state == TaskDump::State::kRunning ? out + " for " + since
                                                 : out + ", last polled " + since + " ago";
}

// The wait, and below it the tasks that it joins, if there are several.
void append_wait(std::string& out, const task::Wait& wait, const Dump* all,
                 const std::string& first, const std::string& rest) {
  out += first + "waits for " + words::wait(wait, all) + "\n";
  const auto joined = wait.joins.listed();
  if (all == nullptr || wait.joins.count() < 2) return;
  for (const trace::SpanId id : joined) {
    const bool is_last = id == joined.back();
    const TaskDump* task = all->find(id);
    out += rest + (is_last && joined.size() == wait.joins.count() ? "└─ " : "├─ ");
    out += words::name(id, all) + (task != nullptr ? "  " + activity(*task) : "") + "\n";
  }
  if (joined.size() < wait.joins.count()) {
    out += rest + "└─ and " + std::to_string(wait.joins.count() - joined.size()) + " more\n";
  }
}

// `first` begins the first line, `rest` all others.
void append_trace(std::string& out, const StackTrace& trace, const Dump* all,
                  const std::string& first, const std::string& rest) {
  if (trace.frames().empty()) {
    if (trace.wait()) append_wait(out, *trace.wait(), all, first, rest);
    return;
  }
  std::size_t number = 0;
  for (const StackTrace::Frame& frame : trace.frames()) {
    const std::string label = std::to_string(number) + (number < 10 ? "  " : " ");
    out += (number == 0 ? first : rest) + label + words::frame(frame) + "\n";
    if (number++ > 0) continue;
    const std::string inside = rest + "   ";
    if (trace.wait()) append_wait(out, *trace.wait(), all, inside, inside);
    for (const StackTrace& branch : trace.branches()) {
      const bool is_last = &branch == &trace.branches().back();
      append_trace(out, branch, all, inside + (is_last ? "└─ " : "├─ "),
                   inside + (is_last ? "   " : "│  "));
    }
  }
}

std::string headline(const TaskDump& task) {
  return words::task(task) + "  " + activity(task) + "  spawned at " +
         words::place(task.spawned_at) + "\n";
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
  for (const Circle& circle : circles_) out += "\n" + ari::to_string(circle, *this);
  return out;
}

}  // namespace ari
