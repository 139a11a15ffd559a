#include "replay/input/telling_events.h"

#include <algorithm>
#include <span>
#include <string_view>

namespace ari::replay {

using subscriber::Outcome;
using subscriber::Record;
using subscriber::RecordKind;

namespace {

bool is_waker_target(std::string_view target) {
  return target == "tokio::task::waker" || target == subscriber::kWakerTarget;
}

const subscriber::Field* find(std::span<const subscriber::Field> fields, std::string_view name) {
  const auto it = std::find_if(fields.begin(), fields.end(),
                               [name](const subscriber::Field& f) { return f.name == name; });
  return it == fields.end() ? nullptr : &*it;
}

const subscriber::Field* find_u64(std::span<const subscriber::Field> fields,
                                  std::string_view name) {
  const subscriber::Field* field = find(fields, name);
  return field != nullptr && field->value.type() == trace::ValueType::kU64 ? field : nullptr;
}

// Turns an event about a waker into what it tells; false if it is not exactly that.
bool make_waker(Record& record) {
  if (!is_waker_target(record.target) || record.fields.size() != 2) return false;
  const subscriber::Field& op = record.fields[0];
  const subscriber::Field* task = find_u64(record.fields.subspan(1), "task.id");
  if (op.name != "op" || op.value.type() != trace::ValueType::kStr || task == nullptr) return false;
  const auto known_op = subscriber::waker_op_from_name(op.value.text());
  if (!known_op || task->value.as_u64() == trace::kNoSpan) return false;
  record.kind = RecordKind::kWaker;
  record.op = *known_op;
  record.task = task->value.as_u64();
  record.fields = {};
  return true;
}

// Likewise for `ari::recorder: thread=3, lost=120`.
bool make_lost(Record& record) {
  if (record.target != "ari::recorder" || record.fields.size() != 2) return false;
  const subscriber::Field* thread = find_u64(record.fields.first(1), "thread");
  const subscriber::Field* lost = find_u64(record.fields.subspan(1), "lost");
  if (thread == nullptr || lost == nullptr || thread->value.as_u64() > UINT32_MAX) return false;
  record.kind = RecordKind::kLost;
  record.thread = static_cast<std::uint32_t>(thread->value.as_u64());
  record.lost = lost->value.as_u64();
  record.fields = {};
  return true;
}

}  // namespace

void make_special(Record& record) {
  if (!make_waker(record)) make_lost(record);
}

std::optional<ToldOutcome> told_outcome(const Record& record) {
  if (record.target != "runtime::task") return std::nullopt;
  const subscriber::Field* field = find(record.fields, "outcome");
  if (field == nullptr || !field->value.is_text()) return std::nullopt;
  const std::optional<Outcome> outcome = subscriber::outcome_from_name(field->value.text());
  const subscriber::Field* task = find_u64(record.fields, "task.id");
  const subscriber::SpanId id = task != nullptr ? task->value.as_u64() : record.span;
  if (!outcome || id == trace::kNoSpan) return std::nullopt;
  return ToldOutcome{id, *outcome};
}

}  // namespace ari::replay
