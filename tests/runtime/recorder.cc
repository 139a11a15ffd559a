#include "tests/runtime/recorder.h"

#include <algorithm>
#include <sstream>
#include <stdexcept>

namespace ari::test {

namespace {

using trace::Metadata;
using trace::SpanId;
using trace::Value;
using trace::ValueType;

std::string show(const Value& value) {
  switch (value.type()) {
    case ValueType::kNone:
      return "(none)";
    case ValueType::kU64:
      return std::to_string(value.as_u64());
    case ValueType::kI64:
      return std::to_string(value.as_i64());
    case ValueType::kF64:
      return std::to_string(value.as_f64());
    case ValueType::kBool:
      return value.as_bool() ? "true" : "false";
    case ValueType::kStr:
      return "\"" + std::string(value.text()) + "\"";
    case ValueType::kDisplay:
      return std::string(value.text());
  }
  return "?";
}

std::string show(const Metadata& metadata, std::span<const Value> values) {
  std::string text;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (values[i].type() == ValueType::kNone) continue;
    if (!text.empty()) text += " ";
    text.append(metadata.fields[i]).append("=").append(show(values[i]));
  }
  return text;
}

std::string show_event(const Metadata& metadata, std::span<const Value> values) {
  const std::string fields = show(metadata, values);
  if (metadata.target == "runtime::resource::poll_op") {
    return "poll_op " + std::string(values[0].text()) + " " + show(values[1]);
  }
  if (metadata.target == "runtime::resource::state_update") return "state_update " + fields;
  if (metadata.target == "runtime::resource::async_op::state_update") {
    return "async_op::state_update " + fields;
  }
  return std::string(metadata.target) + ": " + fields;
}

char letter(std::string_view span_name) {
  if (span_name == "runtime.spawn") return 'T';
  if (span_name == "runtime.resource") return 'R';
  if (span_name == "runtime.resource.async_op") return 'O';
  if (span_name == "runtime.resource.async_op.poll") return 'P';
  return 'S';
}

constexpr const char* kWakerOps[] = {"clone", "drop", "wake", "wake_ref"};
constexpr const char* kOutcomes[] = {"completed", "cancelled", "panicked"};

}  // namespace

std::vector<std::string> Recorder::lines() const {
  const std::lock_guard lock(mutex_);
  return lines_;
}

std::vector<std::size_t> Recorder::threads() const {
  const std::lock_guard lock(mutex_);
  return threads_;
}

std::string Recorder::text() const {
  std::string text;
  for (const std::string& line : lines()) text += line + "\n";
  return text;
}

std::string Recorder::between(const std::string& first, const std::string& last) const {
  std::string text;
  for (const std::string& line : lines()) {
    if (line == first || !text.empty()) text += line + "\n";
    if (!text.empty() && line == last) break;
  }
  return text;
}

int Recorder::count(const std::string& waker_event) const {
  const std::vector<std::string> all = lines();
  return static_cast<int>(std::count_if(all.begin(), all.end(), [&](const std::string& line) {
    return line.ends_with("| " + waker_event);
  }));
}

const Recorder::Seen& Recorder::seen(const std::string& name) const {
  for (const auto& [id, span] : spans_) {
    if (span.name == name) return span;
  }
  throw std::out_of_range("no span " + name + " was opened");
}

std::string Recorder::fields(const std::string& span) const {
  const std::lock_guard lock(mutex_);
  return seen(span).fields;
}

std::string Recorder::target(const std::string& span) const {
  const std::lock_guard lock(mutex_);
  return seen(span).target;
}

std::vector<unsigned> Recorder::parked_lines(const std::string& span) const {
  const std::lock_guard lock(mutex_);
  return seen(span).parked;
}

SpanId Recorder::id(const std::string& span) const {
  const std::lock_guard lock(mutex_);
  const Seen& wanted = seen(span);
  for (const auto& [id, candidate] : spans_) {
    if (&candidate == &wanted) return id;
  }
  return trace::kNoSpan;
}

std::string Recorder::name(SpanId id) const {
  const auto found = spans_.find(id);
  return found != spans_.end() ? found->second.name : "?" + std::to_string(id);
}

// Of op, task, tasks, others, all, aborted.
std::string Recorder::show_joins(std::span<const Value> values) const {
  std::string text = "joins " + std::string(values[0].text());
  if (values[1].type() != ValueType::kNone) text += " " + name(values[1].as_u64());
  std::istringstream others(values[3].is_text() ? std::string(values[3].text()) : std::string());
  for (SpanId id; others >> id;) text += " " + name(id);
  const auto is_set = [&](std::size_t i) { return values[i].type() == ValueType::kBool; };
  if (values[2].type() != ValueType::kNone) {
    text += (is_set(4) ? ", all of " : ", any of ") + std::to_string(values[2].as_u64());
  }
  return is_set(5) ? text + ", aborted" : text;
}

std::string Recorder::scope(SpanId id) const {
  if (id == trace::kNoSpan) return "-";
  std::string text = name(id);
  for (auto span = spans_.find(id); span != spans_.end() && span->second.parent != 0;) {
    text = name(span->second.parent) + " " + text;
    span = spans_.find(span->second.parent);
  }
  return text;
}

void Recorder::add(SpanId in, const std::string& what) {
  lines_.push_back(scope(in) + " | " + what);
  const auto thread =
      thread_numbers_.try_emplace(std::this_thread::get_id(), thread_numbers_.size());
  threads_.push_back(thread.first->second);
}

void Recorder::new_span(SpanId id, SpanId parent, const Metadata& metadata,
                        std::span<const Value> values) noexcept {
  const std::lock_guard lock(mutex_);
  const std::string name = letter(metadata.name) + std::to_string(spans_.size() + 1);
  spans_[id] = {name, parent, std::string(metadata.target), show(metadata, values), {}};
  add(id, "new");
}

void Recorder::enter(SpanId id, trace::EnterReason reason) noexcept {
  const std::lock_guard lock(mutex_);
  add(id, reason == trace::EnterReason::kDestroy ? "destroy" : "enter");
}

void Recorder::exit(SpanId id, std::source_location parked_at) noexcept {
  const std::lock_guard lock(mutex_);
  spans_[id].parked.push_back(parked_at.line());
  add(id, "exit");
}

void Recorder::close(SpanId id, trace::Outcome outcome) noexcept {
  const std::lock_guard lock(mutex_);
  const bool is_task = name(id)[0] == 'T';
  const char* how = kOutcomes[static_cast<int>(outcome)];
  add(id, is_task ? std::string("close ") + how : "close");
}

void Recorder::event(SpanId in, const Metadata& metadata, std::span<const Value> values) noexcept {
  const std::lock_guard lock(mutex_);
  add(in, metadata.target == "runtime::join" ? show_joins(values) : show_event(metadata, values));
}

void Recorder::waker(SpanId in, trace::WakerOp op, SpanId task) noexcept {
  const std::lock_guard lock(mutex_);
  add(in, std::string(kWakerOps[static_cast<int>(op)]) + "(" + name(task) + ")");
}

}  // namespace ari::test
