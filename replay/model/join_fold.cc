#include "replay/model/join_fold.h"

#include <algorithm>

namespace ari::replay {

namespace {

bool are_same(const std::vector<Link>& a, const std::vector<Link>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const Link& x, const Link& y) { return x.span == y.span; });
}

}  // namespace

Link JoinFold::link(SpanId task) const {
  const Span* span = spans_.find(task);
  const bool is_known = span != nullptr && span->kind == SpanClass::kTask;
  return {task, is_known ? span->index : kNowhere};
}

void JoinFold::told(std::uint32_t task, const ToldJoins& told, const Moment& now) {
  JoinWait joins;
  joins.op = model_.texts->keep(told.op);
  for (const SpanId id : told.tasks) joins.tasks.push_back(link(id));
  joins.count = told.count;
  joins.needs_all = told.needs_all;
  joins.has_aborted = told.has_aborted;
  joins.since_unix_ns = now.at_unix_ns;
  joins.line = now.line;
  Rare<JoinWait>& before = model_.tasks[task].joins;
  if (before && before->op == joins.op && are_same(before->tasks, joins.tasks)) {
    joins.since_unix_ns = before->since_unix_ns;
  }
  before = std::move(joins);
  joining_.insert(task);
}

bool JoinFold::may_be_told_by_dump(const Span& task, std::uint64_t age_ns,
                                   const Moment& now) const {
  if (model_.tasks[task.index].joins || task.entered > 0) return false;
  if (task.edge_unix_ns == 0 || now.at_unix_ns < task.edge_unix_ns) return false;
  return static_cast<std::uint64_t>(now.at_unix_ns - task.edge_unix_ns) >= age_ns;
}

}  // namespace ari::replay
