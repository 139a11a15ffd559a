#include "replay/diff/wait_samples.h"

#include <algorithm>

#include "replay/model/op_state.h"
#include "replay/model/resource_type.h"

namespace ari::replay {

namespace {

bool has_ended(const AsyncOp& op) {
  const OpState state = state_of(op);
  return state == OpState::kCompleted || state == OpState::kReady;
}

WaitPlace place_of(const Model& model, const AsyncOp& op) {
  WaitPlace place{std::string(op.source), "", "", 0, 0};
  if (const Resource* resource = follow(model.resources, op.resource)) {
    place.concrete_type = resource_type(*resource);
    place.file = resource->location.file;
    place.line = resource->location.line;
    place.column = resource->location.column;
  }
  return place;
}

}  // namespace

WaitTable ended_waits_of(const Model& model) {
  WaitTable table;
  for (const AsyncOp& op : model.ops) {
    const bool is_inner = op.parent_op.span != 0 || op.polled_in.span != 0;
    if (is_inner) continue;
    std::vector<std::int64_t> waits = op.earlier_waits_ns.value_or_new();
    const bool is_known = op.first_poll_unix_ns && op.last_poll_ended_unix_ns;
    if (is_known && has_ended(op)) waits.push_back(last_wait_ns(op));
    if (waits.empty()) continue;
    std::vector<std::int64_t>& alike = table[place_of(model, op)];
    alike.insert(alike.end(), waits.begin(), waits.end());
  }
  for (auto& [place, waits] : table) std::sort(waits.begin(), waits.end());
  return table;
}

}  // namespace ari::replay
