#include "replay/report/ops_table.h"

#include <fmt/format.h>

#include "replay/model/duration_text.h"
#include "replay/report/attribute_text.h"
#include "replay/report/shorten.h"
#include "replay/report/words.h"

namespace ari::replay {

namespace {

std::vector<Column> columns() {
  return {
      {"", Align::kLeft},  // state
      {"Span", Align::kRight, 90},
      {"Source", Align::kLeft, Column::kAlways, shorten_end, 12},
      {"State", Align::kLeft, 92},
      {"Task", Align::kLeft, 95, shorten_middle, 12},
      {"Resource", Align::kLeft, 91, shorten_middle, 11},
      {"Total", Align::kRight, 89},
      {"Busy", Align::kRight, 65},
      {"Idle", Align::kRight, 45},
      {"Polls", Align::kRight, 70},
      {"Last poll op", Align::kLeft, 50},
      {"Inside", Align::kLeft, 40, shorten_middle, 12},
      {"Attributes", Align::kLeft, 55, shorten_end, 14},
  };
}

Cell poll_op(const AsyncOp& op) {
  if (!op.poll_op) return {};
  return {
      fmt::format("{} {}", escaped(op.poll_op->name), op.poll_op->is_ready ? "ready" : "pending"),
      Role::kPoll};
}

// What a reader looks for are ops that still wait, and ops that were given up.
Role role(OpState state) {
  switch (state) {
    case OpState::kPolled:
    case OpState::kPending:
    case OpState::kUnpolled:
      return Role::kTask;
    case OpState::kCancelled:
      return Role::kWarning;
    case OpState::kReady:
    case OpState::kCompleted:
    case OpState::kDropped:
      break;
  }
  return Role::kDim;
}

std::vector<Cell> row(const Model& model, const AsyncOp& op, OpParts parts) {
  const OpState state = state_of(op);
  const auto duration = [&](std::int64_t ns) -> Cell {
    return {duration_text(ns, model.coverage.resolution_ns()), ns == 0 ? Role::kDim : Role::kPlain};
  };
  return {
      {std::string(sign(state)), role(state)},
      {fmt::to_string(op.span)},
      {op.source.empty() ? "–" : escaped(op.source), Role::kResource},
      {std::string(word(state)), role(state)},
      {task_label(model, op.task), Role::kTask},
      {parts == OpParts::kAll ? resource_label(model, op.resource) : ""},
      duration(op.total_ns),
      duration(op.busy_ns),
      duration(op.idle_ns),
      {count_text(op.polls), op.polls == 0 ? Role::kDim : Role::kPlain},
      poll_op(op),
      {op_label(model, op.parent_op)},
      {attributes_text(op.attributes, op.span)},
  };
}

}  // namespace

Table ops_table(const Model& model, const std::vector<const AsyncOp*>& ops, OpParts parts) {
  Table table(columns());
  const std::vector<Cell> gap = {{"…", Role::kDim}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}};
  for (const AsyncOp* op : ops) table.add(op != nullptr ? row(model, *op, parts) : gap);
  return table;
}

}  // namespace ari::replay
