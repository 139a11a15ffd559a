// The words and signs that reports use for the things of the model; the same everywhere.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "replay/model/model.h"
#include "replay/model/op_state.h"

namespace ari::replay {

// "running", "scheduled", "idle", "completed".
std::string_view word(State state) noexcept;
// One character each, of width 1 in every terminal: ▶ ▷ ‖ ■.
std::string_view sign(State state) noexcept;
// "unpolled", "polled", "pending", "ready", "completed", "cancelled", "dropped".
std::string_view word(OpState state) noexcept;
// As for a task; what can still come of it is the same.
std::string_view sign(OpState state) noexcept;
// "clone", "drop", "wake", "wake_by_ref": the events' names all begin with "waker.".
std::string_view word(WakerOp op) noexcept;
// "corrected", "console".
std::string_view word(Semantics semantics) noexcept;
// "info", "data loss", "error".
std::string_view word(Severity severity) noexcept;

// "src/main.rs:6:37", as the log has it: not safe to print.
std::string location_text(const SourceLocation& location);
std::string location_text(const subscriber::Location& location);  // empty if it is none

// A task in a sentence: its name and span id, as in `sleep once [7]`; an unnamed one by its
// kind, `block_on [6]`. Safe to print.
std::string task_label(const Task& task);
// The same of these by what they are: `Mutex [5]`, `Mutex::lock [11]`.
std::string resource_label(const Resource& resource);
std::string op_label(const AsyncOp& op);
// Where a link leads to, by its label, or `[5]` if that is not in the model; empty if nowhere.
std::string task_label(const Model& model, const Link& link);
std::string resource_label(const Model& model, const Link& link);
std::string op_label(const Model& model, const Link& link);

// "12,345".
std::string count_text(std::uint64_t count);
// "1 task", "3 tasks".
std::string count_text(std::uint64_t count, std::string_view singular, std::string_view plural);
// "734 bytes", "8.3 kB", "1.2 GB".
std::string size_text(std::uint64_t bytes);

// The text with whatever a terminal would obey spelled out.
std::string escaped(std::string_view text);

}  // namespace ari::replay
