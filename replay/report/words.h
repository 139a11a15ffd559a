// The words and signs that reports use for the things of the model; the same everywhere.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "replay/model/model.h"

namespace ari::replay {

// "running", "scheduled", "idle", "completed".
std::string_view word(State state) noexcept;
// One character each, of width 1 in every terminal: ▶ ▷ ‖ ■.
std::string_view sign(State state) noexcept;
// "corrected", "console".
std::string_view word(Semantics semantics) noexcept;
// "info", "data loss", "error".
std::string_view word(Severity severity) noexcept;

// "src/main.rs:6:37", as the log has it: not safe to print.
std::string location_text(const SourceLocation& location);

// A task in a sentence: its name and span id, as in `sleep once [7]`; an unnamed one by its
// kind, `block_on [6]`. Safe to print.
std::string task_label(const Task& task);

// "12,345".
std::string count_text(std::uint64_t count);
// "1 task", "3 tasks".
std::string count_text(std::uint64_t count, std::string_view singular, std::string_view plural);
// "734 bytes", "8.3 kB", "1.2 GB".
std::string size_text(std::uint64_t bytes);

// The text with whatever a terminal would obey spelled out.
std::string escaped(std::string_view text);

// The finest step of the log's clock, for duration_text().
std::int64_t resolution_ns(const Coverage& coverage) noexcept;

}  // namespace ari::replay
