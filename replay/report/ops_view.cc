#include "replay/report/ops_view.h"

#include <fmt/format.h>

#include <array>

#include "replay/report/alive.h"
#include "replay/report/count_line.h"
#include "replay/report/coverage_text.h"
#include "replay/report/json_members.h"
#include "replay/report/ops_table.h"
#include "replay/report/resource_json.h"
#include "replay/report/words.h"

namespace ari::replay {

namespace {

constexpr std::array kStates = {OpState::kPolled, OpState::kUnpolled,  OpState::kPending,
                                OpState::kReady,  OpState::kCompleted, OpState::kCancelled,
                                OpState::kDropped};

std::vector<const AsyncOp*> listed(const Model& model, const OpsOptions& options) {
  std::vector<const AsyncOp*> ops;
  for (const AsyncOp& op : model.ops) {
    if (is_alive_from(options.from, op.dropped_unix_ns, model.coverage)) ops.push_back(&op);
  }
  return ops;
}

// States in which there is none are not worth a word, but for the two that are asked for.
std::vector<SignCount> count_states(const std::vector<const AsyncOp*>& ops) {
  std::vector<SignCount> counts;
  for (const OpState state : kStates) {
    SignCount count{sign(state), word(state), 0};
    for (const AsyncOp* op : ops) count.count += state_of(*op) == state ? 1 : 0;
    const bool always = state == OpState::kPending || state == OpState::kCompleted;
    if (always || count.count > 0) counts.push_back(count);
  }
  return counts;
}

}  // namespace

void ops_text(const Model& model, const OpsOptions& options, const TextStyle& style,
              std::string& out) {
  append_as_of(model.coverage, style, out);
  const std::vector<const AsyncOp*> ops = listed(model, options);
  append_count_line(count_text(ops.size(), "async op", "async ops"), count_states(ops),
                    model.semantics, style, out);
  append_loss(model.coverage, style, out);
  append_untold_resources(model.coverage, style, out);
  std::vector<std::string_view> left_out;
  if (!ops.empty()) {
    out += '\n';
    left_out = ops_table(model, ops, OpParts::kAll).render(style.width, 0, style.paint, out);
  }
  const std::uint64_t unseen = model.op_count - model.ops.size();
  const bool console = model.semantics == Semantics::kConsole;
  if (!left_out.empty() || (console && unseen > 0)) out += '\n';
  if (console && unseen > 0) {
    append_note(
        fmt::format("tokio-console does not see {} made while no resource was entered",
                    count_text(unseen, "more async op, which was", "more async ops, which were")),
        style, out);
  }
  append_left_out(left_out, style, out);
}

void ops_json(const Model& model, const OpsOptions& options, std::string& out) {
  JsonWriter json(out);
  json.begin_object();
  write_head(json, model);
  member_ops(json, model, listed(model, options));
  json.end_object();
  out += '\n';
}

}  // namespace ari::replay
