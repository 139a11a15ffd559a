#include "replay/report/words.h"

#include <fmt/format.h>

#include "subscriber/escape.h"

namespace ari::replay {

std::string_view word(State state) noexcept {
  switch (state) {
    case State::kRunning:
      return "running";
    case State::kScheduled:
      return "scheduled";
    case State::kIdle:
      return "idle";
    case State::kCompleted:
      return "completed";
  }
  return {};
}

std::string_view sign(State state) noexcept {
  switch (state) {
    case State::kRunning:
      return "▶";
    case State::kScheduled:
      return "▷";
    case State::kIdle:
      return "‖";
    case State::kCompleted:
      return "■";
  }
  return {};
}

std::string_view word(Semantics semantics) noexcept {
  return semantics == Semantics::kCorrected ? "corrected" : "console";
}

std::string_view word(Severity severity) noexcept {
  switch (severity) {
    case Severity::kInfo:
      return "info";
    case Severity::kDataLoss:
      return "data loss";
    case Severity::kError:
      return "error";
  }
  return {};
}

std::string location_text(const SourceLocation& location) {
  std::string text = location.file;
  if (location.line > 0) text += fmt::format(":{}", location.line);
  if (location.line > 0 && location.column > 0) text += fmt::format(":{}", location.column);
  return text;
}

std::string task_label(const Task& task) {
  const std::string_view name = !task.name.empty()   ? std::string_view(task.name)
                                : !task.kind.empty() ? std::string_view(task.kind)
                                                     : "task";
  return fmt::format("{} [{}]", escaped(name), task.span);
}

std::string count_text(std::uint64_t count) {
  std::string digits = fmt::to_string(count);
  for (std::size_t end = digits.size(); end > 3; end -= 3) digits.insert(end - 3, 1, ',');
  return digits;
}

std::string count_text(std::uint64_t count, std::string_view singular, std::string_view plural) {
  return fmt::format("{} {}", count_text(count), count == 1 ? singular : plural);
}

std::string size_text(std::uint64_t bytes) {
  if (bytes < 1000) return count_text(bytes, "byte", "bytes");
  double value = static_cast<double>(bytes) / 1000;
  for (const char* unit : {"kB", "MB", "GB"}) {
    if (value < 999.5) return fmt::format("{:.{}f} {}", value, value < 9.95 ? 1 : 0, unit);
    value /= 1000;
  }
  return fmt::format("{:.1f} TB", value);
}

std::string escaped(std::string_view text) {
  std::string out;
  subscriber::append_escaped(out, text);
  return out;
}

std::int64_t resolution_ns(const Coverage& coverage) noexcept {
  return coverage.facts.nanoseconds ? 1 : 1000;
}

}  // namespace ari::replay
