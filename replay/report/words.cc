#include "replay/report/words.h"

#include <fmt/format.h>

#include "replay/model/resource_type.h"
#include "subscriber/escape.h"

namespace ari::replay {

namespace {

std::string place(std::string_view file, std::uint32_t line, std::uint32_t column) {
  std::string text(file);
  if (line > 0) text += fmt::format(":{}", line);
  if (line > 0 && column > 0) text += fmt::format(":{}", column);
  return text;
}

std::string label(std::string_view name, SpanId span) {
  return fmt::format("{} [{}]", escaped(name), span);
}

// What `label` makes of the thing that the link leads to.
template <typename Thing>
std::string label_of(const std::deque<Thing>& things, const Link& link,
                     std::string (*label)(const Thing&)) {
  if (const Thing* thing = follow(things, link)) return label(*thing);
  return link ? fmt::format("[{}]", link.span) : std::string();
}

}  // namespace

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

std::string_view word(OpState state) noexcept {
  switch (state) {
    case OpState::kUnpolled:
      return "unpolled";
    case OpState::kPolled:
      return "polled";
    case OpState::kPending:
      return "pending";
    case OpState::kReady:
      return "ready";
    case OpState::kCompleted:
      return "completed";
    case OpState::kCancelled:
      return "cancelled";
    case OpState::kDropped:
      return "dropped";
  }
  return {};
}

std::string_view sign(OpState state) noexcept {
  switch (state) {
    case OpState::kPolled:
      return sign(State::kRunning);
    case OpState::kUnpolled:
    case OpState::kPending:
    case OpState::kReady:
      return sign(State::kIdle);
    case OpState::kCompleted:
    case OpState::kCancelled:
    case OpState::kDropped:
      return sign(State::kCompleted);
  }
  return {};
}

std::string_view word(WakerOp op) noexcept {
  constexpr std::string_view kPrefix = "waker.";
  return subscriber::waker_op_name(op).substr(kPrefix.size());
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
  return place(location.file, location.line, location.column);
}

std::string location_text(const subscriber::Location& location) {
  return location.line == 0 ? "" : place(location.file, location.line, location.column);
}

std::string task_label(const Task& task) {
  return label(!task.name.empty() ? task.name : !task.kind.empty() ? task.kind : "task", task.span);
}

std::string resource_label(const Resource& resource) {
  const std::string type = resource_type(resource);
  return label(type.empty() ? "resource" : type, resource.span);
}

std::string op_label(const AsyncOp& op) {
  return label(op.source.empty() ? "async op" : op.source, op.span);
}

std::string task_label(const Model& model, const Link& link) {
  return label_of<Task>(model.tasks, link, &task_label);
}

std::string resource_label(const Model& model, const Link& link) {
  return label_of<Resource>(model.resources, link, &resource_label);
}

std::string op_label(const Model& model, const Link& link) {
  return label_of<AsyncOp>(model.ops, link, &op_label);
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

}  // namespace ari::replay
