#include "runtime/dump/words.h"

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <iterator>
#include <vector>

namespace ari::dump_words {

namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;

// Control characters of ASCII, and of Latin-1 as UTF-8 has them (C2 80 to C2 9F), as \xNN.
void append_harmless(std::string& out, std::string_view text) {
  unsigned char before = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool is_control = byte < 0x20 || byte == 0x7f || (before == 0xc2 && byte < 0xa0);
    if (is_control) {
      char escape[5];
      std::snprintf(escape, sizeof escape, "\\x%02x", byte);
      out += escape;
    } else {
      out += c;
    }
    before = byte;
  }
}

std::string id_of(trace::SpanId id) { return "[" + std::to_string(id) + "]"; }

// The compilers' words for a namespace without a name say nothing to a reader.
std::string without_unnamed(std::string_view name) {
  std::string out(name);
  for (const std::string_view unnamed : {"(anonymous namespace)::", "{anonymous}::"}) {
    for (std::size_t at; (at = out.find(unnamed)) != std::string::npos;) {
      out.erase(at, unnamed.size());
    }
  }
  return out;
}

// ", held by [3] left ×2, [4] right": that one took two permits, which another may have by now.
std::string sharers(const task::Wait& wait, const Dump* all) {
  std::vector<trace::SpanId> known;
  std::copy_if(wait.shared_with.begin(), wait.shared_with.end(), std::back_inserter(known),
               [](trace::SpanId id) { return id != trace::kNoSpan; });
  std::string out;
  for (auto id = known.begin(); id != known.end(); ++id) {
    if (std::find(known.begin(), id, *id) != id) continue;
    out += (out.empty() ? ", held by " : ", ") + name(*id, all);
    const auto times = std::count(id, known.end(), *id);
    if (times > 1) out += " ×" + std::to_string(times);
  }
  return known.size() == wait.shared_with.size() ? out + " and maybe others" : out;
}

// " of [5] worker", " of any of 3 tasks".
std::string joined(const task::Joined& tasks, const Dump* all) {
  if (tasks.is_empty()) return "";
  const auto listed = tasks.listed();
  if (tasks.count() == 1) return listed.empty() ? "" : " of " + name(listed.front(), all);
  return std::string(tasks.needs_all() ? " of all " : " of any of ") +
         std::to_string(tasks.count()) + " tasks";
}

}  // namespace

std::string_view state(TaskDump::State state) noexcept {
  switch (state) {
    case TaskDump::State::kIdle:
      return "idle";
    case TaskDump::State::kScheduled:
      return "scheduled";
    case TaskDump::State::kRunning:
      return "running";
    case TaskDump::State::kComplete:
      break;
  }
  return "complete";
}

std::string place(std::source_location at) {
  return std::string(at.file_name()) + ":" + std::to_string(at.line()) + ":" +
         std::to_string(at.column());
}

std::string duration(nanoseconds duration) {
  const std::int64_t ms = std::chrono::duration_cast<milliseconds>(duration).count();
  char text[32];
  if (ms < 1000) {
    std::snprintf(text, sizeof text, "%dms", static_cast<int>(ms));
  } else if (ms < 60'000) {
    std::snprintf(text, sizeof text, "%d.%02ds", static_cast<int>(ms / 1000),
                  static_cast<int>(ms % 1000 / 10));
  } else if (ms < 3'600'000) {
    std::snprintf(text, sizeof text, "%dm %02ds", static_cast<int>(ms / 60'000),
                  static_cast<int>(ms / 1000 % 60));
  } else {
    std::snprintf(text, sizeof text, "%lldh %02dm", static_cast<long long>(ms / 3'600'000),
                  static_cast<int>(ms / 60'000 % 60));
  }
  return text;
}

std::string task(const TaskDump& task) {
  std::string out = id_of(task.id) + " ";
  if (task.name.empty()) return out + "(" + std::string(task.kind) + ")";
  append_harmless(out, task.name);
  return out;
}

std::string name(trace::SpanId id, const Dump* all) {
  const TaskDump* found = all != nullptr ? all->find(id) : nullptr;
  return found != nullptr ? task(*found) : id_of(id);
}

std::string frame(const StackTrace::Frame& frame) {
  if (frame.waits_in.line() == 0) return "(not begun)";
  return without_unnamed(frame.function()) + " at " + place(frame.waits_in);
}

std::string wait(const task::Wait& wait, const Dump* all) {
  std::string out = without_unnamed(wait.op);
  if (wait.resource != trace::kNoSpan) out += " " + id_of(wait.resource);
  if (wait.made_at.line() != 0) out += ", made at " + place(wait.made_at);
  if (wait.held_by != trace::kNoSpan) out += ", locked by " + name(wait.held_by, all);
  if (wait.permits) {
    out += ", wants " + std::to_string(wait.permits->wanted) + " of its permits, " +
           std::to_string(wait.permits->free) + " free";
  }
  out += sharers(wait, all);
  out += joined(wait.joins, all);
  if (wait.due_in) {
    const bool is_late = *wait.due_in < nanoseconds(0);
    out += is_late ? ", due since " : ", due in ";
    out += duration(is_late ? -*wait.due_in : *wait.due_in);
  }
  return out;
}

namespace {
// With the names of several tasks that it joins: "…: [5] worker, [6] worker and more".
std::string wait_in_full(const task::Wait& wait, const Dump* all) {
  std::string out = dump_words::wait(wait, all);
  const auto joined = wait.joins.listed();
  if (wait.joins.count() < 2) return out;
  for (const trace::SpanId id : joined) out += (id == joined.front() ? ": " : ", ") + name(id, all);
  return joined.size() < wait.joins.count() ? out + " and more" : out;
}
}  // namespace

std::string line(const StackTrace& trace, const Dump* all) {
  if (trace.frames().empty()) return trace.wait() ? wait_in_full(*trace.wait(), all) : "";
  std::string out;
  for (const StackTrace::Frame& each : trace.frames()) {
    out += (out.empty() ? "" : " < ") + frame(each);
    if (&each != &trace.frames().front()) continue;
    std::string awaited = trace.wait() ? wait_in_full(*trace.wait(), all) : "";
    for (const StackTrace& branch : trace.branches()) {
      awaited += (awaited.empty() ? "" : " | ") + line(branch, all);
    }
    if (!awaited.empty()) out += " [" + awaited + "]";
  }
  return out;
}

}  // namespace ari::dump_words
