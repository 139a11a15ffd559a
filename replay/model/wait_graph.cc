#include "replay/model/wait_graph.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "replay/model/op_state.h"
#include "replay/model/open_time.h"

namespace ari::replay {

namespace {

bool is_pending(const AsyncOp& op) { return state_of(op) == OpState::kPending; }

// Ops are inside each other this deep at most; more is a circle in a broken log.
constexpr int kDeepest = 64;

// The other op, if it is still the one that the link is to, and pending.
const AsyncOp* pending_at(const Model& model, const Link& link, const AsyncOp& from) {
  const AsyncOp* op = follow(model.ops, link);
  const bool is_it = op != nullptr && op != &from && op->span == link.span && is_pending(*op);
  return is_it ? op : nullptr;
}

// Whether nobody waits in it, though it is not done: its task is over, or the op that polled it was
// given up, as an Interval's tick is when its branch of a select is not taken.
bool is_left_alone(const Model& model, const AsyncOp& op) {
  const Task* task = follow(model.tasks, op.task);
  if (op.task_is_gone || (task != nullptr && task->state == State::kCompleted)) return true;
  return op.polled_in && pending_at(model, op.polled_in, op) == nullptr;
}

struct Nesting {
  const AsyncOp* outermost;
  int depth;
};

Nesting nesting_of(const Model& model, const AsyncOp& op) {
  Nesting nesting{&op, 0};
  while (nesting.depth < kDeepest) {
    const AsyncOp* around = outer_op(model, *nesting.outermost);
    if (around == nullptr) break;
    nesting = {around, nesting.depth + 1};
  }
  return nesting;
}

void sort_by_beginning(std::vector<Wait>::iterator first, std::vector<Wait>::iterator last) {
  std::stable_sort(first, last,
                   [](const Wait& a, const Wait& b) { return a.since_unix_ns < b.since_unix_ns; });
}

}  // namespace

const AsyncOp* outer_op(const Model& model, const AsyncOp& op) {
  return pending_at(model, op.parent_op ? op.parent_op : op.polled_in, op);
}

std::vector<Wait> waits_of(const Model& model) {
  std::vector<Wait> waits;
  std::unordered_map<const AsyncOp*, std::size_t> outermost;
  std::unordered_set<std::uint32_t> waiting;
  std::vector<std::pair<Nesting, const AsyncOp*>> inner;
  for (const AsyncOp& op : model.ops) {
    if (!is_pending(op) || is_left_alone(model, op)) continue;
    if (const Nesting nesting = nesting_of(model, op); nesting.depth > 0) {
      inner.emplace_back(nesting, &op);
      continue;
    }
    outermost[&op] = waits.size();
    waiting.insert(op.task.index);
    const std::int64_t since = waits_since(op);
    waits.push_back({op.task,
                     &op,
                     {},
                     follow(model.resources, op.resource),
                     nullptr,
                     since,
                     open_ns(model, since, op.last_line)});
  }
  std::stable_sort(inner.begin(), inner.end(),
                   [](const auto& a, const auto& b) { return a.first.depth < b.first.depth; });
  for (const auto& [nesting, op] : inner) {
    const auto known = outermost.find(nesting.outermost);
    if (known != outermost.end()) waits[known->second].inside.push_back(op);
  }
  for (std::uint32_t i = 0; i < model.tasks.size(); ++i) {
    const Task& task = model.tasks[i];
    if (task.state != State::kIdle || !task.joins) continue;
    waiting.insert(i);
    const std::int64_t since = task.joins->since_unix_ns;
    waits.push_back({{task.span, i},
                     nullptr,
                     {},
                     nullptr,
                     &*task.joins,
                     since,
                     open_ns(model, since, task.joins->line)});
  }
  sort_by_beginning(waits.begin(), waits.end());
  const auto told = static_cast<std::ptrdiff_t>(waits.size());
  for (std::uint32_t i = 0; i < model.tasks.size(); ++i) {
    const Task& task = model.tasks[i];
    if (task.state != State::kIdle || task.polls == 0 || waiting.contains(i)) continue;
    const std::int64_t since =
        task.last_poll_ended_unix_ns.value_or(task.created_unix_ns.value_or(0));
    waits.push_back({{task.span, i},
                     nullptr,
                     {},
                     nullptr,
                     nullptr,
                     since,
                     open_ns(model, since, task.last_line)});
  }
  sort_by_beginning(waits.begin() + told, waits.end());
  return waits;
}

WaitChains::WaitChains(const std::vector<Wait>& waits) : waits_(waits) {
  for (std::size_t i = 0; i < waits.size(); ++i) first_of_.try_emplace(waits[i].task.index, i);
  for (const Wait& wait : waits) {
    if (wait.resource != nullptr && behind_.try_emplace(wait.resource).second) {
      for (const Hold& hold : wait.resource->holds) add_behind(wait.resource, hold.task);
    }
    if (wait.joins != nullptr && behind_.try_emplace(wait.joins).second) {
      for (const Link& task : wait.joins->tasks) add_behind(wait.joins, task);
    }
  }
}

void WaitChains::add_behind(const void* awaited, const Link& task) {
  const auto found = first_of_.find(task.index);
  if (task.index == kNowhere || found == first_of_.end()) return;
  std::vector<std::size_t>& behind = behind_.at(awaited);
  // One task may hold many permits.
  if (behind.empty() || behind.back() != found->second) behind.push_back(found->second);
}

// The wait of the first task that this one waits for. Costs as many steps as there are tasks in
// `seen`, however many hold what it waits for.
std::optional<std::size_t> WaitChains::next(const Wait& wait,
                                            const std::unordered_set<std::uint32_t>& seen) const {
  for (const void* awaited :
       {static_cast<const void*>(wait.resource), static_cast<const void*>(wait.joins)}) {
    if (awaited == nullptr) continue;
    for (const std::size_t behind : behind_.at(awaited)) {
      if (!seen.contains(waits_[behind].task.index)) return behind;
    }
  }
  return std::nullopt;
}

std::vector<std::size_t> WaitChains::from(std::size_t from) const {
  std::vector<std::size_t> chain;
  std::unordered_set<std::uint32_t> seen;
  for (std::optional<std::size_t> at = from; at && chain.size() < kMostLinks;
       at = next(waits_[*at], seen)) {
    chain.push_back(*at);
    seen.insert(waits_[*at].task.index);
  }
  return chain;
}

std::vector<std::size_t> WaitChains::beginnings() const {
  std::vector<std::optional<std::size_t>> next_of;
  std::vector<bool> is_led_to(waits_.size()), is_passed(waits_.size());
  for (const Wait& wait : waits_) {
    next_of.push_back(next(wait, {}));
    if (next_of.back()) is_led_to[*next_of.back()] = true;
  }
  std::vector<std::size_t> beginnings;
  const auto begin_at = [&](std::size_t first) {
    beginnings.push_back(first);
    for (std::optional<std::size_t> at = first; at && !is_passed[*at]; at = next_of[*at]) {
      is_passed[*at] = true;
    }
  };
  for (std::size_t i = 0; i < waits_.size(); ++i) {
    if (!is_led_to[i]) begin_at(i);
  }
  for (std::size_t i = 0; i < waits_.size(); ++i) {
    if (!is_passed[i]) begin_at(i);
  }
  return beginnings;
}

}  // namespace ari::replay
