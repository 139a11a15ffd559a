// The words that a dump's text and its events have in common.
#pragma once

#include <chrono>
#include <source_location>
#include <string>
#include <string_view>

#include "runtime/dump/dump.h"

namespace ari::dump_words {

// "running", "scheduled", "idle".
std::string_view state(TaskDump::State state) noexcept;

// "src/main.cc:12:5".
std::string place(std::source_location at);

// Milliseconds below a second, else two places of the unit: "203ms", "1.20s", "3m 05s".
std::string duration(std::chrono::nanoseconds duration);

// "[7] porter": a name, or the kind in parentheses for a task without one. A program's
// text cannot drive the terminal: control characters are spelled out.
std::string task(const TaskDump& task);

// The same of the task with this id. One that is not in `all` has ended, or belongs to another
// runtime: "[7]". `all` may be null.
std::string name(trace::SpanId id, const Dump* all);

// The function and the place of its co_await: "serve at src/main.cc:12:5".
std::string frame(const StackTrace::Frame& frame);

// "Mutex::lock [9], made at src/main.cc:3:7, locked by [4] right". Of several tasks that are
// joined just their number: "JoinSet::join_next of any of 3 tasks".
std::string wait(const task::Wait& wait, const Dump* all);

// A whole stack in one line, the innermost frame first:
// "serve at a.cc:9:5 [Sleep, due in 20ms | read at b.cc:4:3 [TcpStream::read]] < main_task at …".
std::string line(const StackTrace& trace, const Dump* all);

}  // namespace ari::dump_words
