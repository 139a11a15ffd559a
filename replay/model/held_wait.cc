// The part of LockFold that finds held waits. An entry per task that ever had one; per poll,
// wake and pending op one look-up, and that only while any task holds a lock. Who waits for the
// lock is counted only when a wait is the task's longest so far.
#include "replay/model/held_wait.h"

#include <algorithm>
#include <utility>

#include "replay/model/lock_fold.h"

namespace ari::replay {

namespace {

// Ops are made inside each other this deep at most; more is a circle in a broken log.
constexpr int kDeepest = 64;

// The op that it was made in, and so on.
std::uint32_t outermost(const std::deque<AsyncOp>& ops, std::uint32_t index) {
  for (int depth = 0; depth < kDeepest; ++depth) {
    const Link parent = ops[index].parent_op;
    const AsyncOp* around = follow(ops, parent);
    const bool is_there = around != nullptr && around->span == parent.span &&
                          around->task.index == ops[index].task.index && !around->dropped_unix_ns;
    if (!is_there) break;
    index = parent.index;
  }
  return index;
}

}  // namespace

void LockFold::note_pending(std::uint32_t op) {
  if (keepers_.empty() || locks_of(model_.ops[op].task) == nullptr) return;
  const auto keeper = keepers_.find(model_.ops[op].task.index);
  if (keeper == keepers_.end()) return;
  std::vector<std::uint32_t>& pending = keeper->second.pending;
  const std::uint32_t outer = outermost(model_.ops, op);
  if (std::find(pending.begin(), pending.end(), outer) == pending.end()) pending.push_back(outer);
}

// An op that is over is not what its task waits for. Its place may be another's by the poll's end.
void LockFold::forget_pending(std::uint32_t op) {
  if (keepers_.empty()) return;
  const auto keeper = keepers_.find(model_.ops[op].task.index);
  if (keeper != keepers_.end()) std::erase(keeper->second.pending, op);
}

void LockFold::task_entered(std::uint32_t task, const Moment& now) {
  join_over(task);
  if (keepers_.empty()) return;
  const auto keeper = keepers_.find(task);
  if (keeper == keepers_.end()) return;
  end_held_wait(task, keeper->second, now, false);
  keeper->second.pending.clear();
  keeper->second.woken = false;
}

void LockFold::begin_held_wait(std::uint32_t task, const Moment& now) {
  if (keepers_.empty()) return;
  const auto keeper = keepers_.find(task);
  if (keeper == keepers_.end() || keeper->second.woken) return;
  keeper->second.idle_since_unix_ns = now.at_unix_ns;
}

void LockFold::task_woken(std::uint32_t task, const Moment& now) {
  if (keepers_.empty()) return;
  const auto keeper = keepers_.find(task);
  if (keeper == keepers_.end()) return;
  end_held_wait(task, keeper->second, now, false);
  keeper->second.woken = true;
}

void LockFold::end_held_wait(std::uint32_t task, Keeper& keeper, const Moment& now,
                             bool to_log_end) {
  const auto since = std::exchange(keeper.idle_since_unix_ns, std::nullopt);
  if (!since || now.at_unix_ns <= *since) return;
  Rare<HeldWait>& longest = model_.tasks[task].held_wait;
  if (longest && now.at_unix_ns - *since <= longest->until_unix_ns - longest->since_unix_ns) return;
  std::optional<HeldWait> wait = held_wait(task, keeper);
  if (!wait) return;
  wait->since_unix_ns = *since;
  wait->until_unix_ns = now.at_unix_ns;
  wait->to_log_end = to_log_end;
  wait->last_line = now.line;
  longest = *std::move(wait);
}

// How many tasks wait for it.
std::size_t LockFold::waiters(std::uint32_t lock) const {
  return lock < locks_.size() ? locks_[lock].waiters : 0;
}

// All but its instants; nothing if the task holds only semaphores, which are for keeping.
std::optional<HeldWait> LockFold::held_wait(std::uint32_t task, const Keeper& keeper) const {
  const Resource* most = nullptr;
  HeldWait out;
  for (const std::uint32_t index : tasks_[task].holds) {
    const Resource& lock = model_.resources[index];
    if (lock.concrete_type == "Semaphore") continue;
    const std::size_t count = waiters(index);
    if (most != nullptr && count <= out.lock_waiters) continue;
    most = &lock;
    out.lock_waiters = count;
  }
  if (most == nullptr) return std::nullopt;
  const auto hold = std::find_if(most->holds.begin(), most->holds.end(), [&](const Hold& h) {
    return !h.taker_over && h.task.index == task;
  });
  if (hold == most->holds.end()) return std::nullopt;
  out.hold = *hold;
  out.lock = most->span;
  out.lock_type = most->concrete_type;
  out.lock_location = most->location;
  out.parked_at = model_.tasks[task].parked_at;
  const Rare<JoinWait>& joins = model_.tasks[task].joins;
  if (!keeper.pending.empty()) {
    out.source = model_.ops[keeper.pending.front()].source;
    out.other_ops = keeper.pending.size() - 1 + (joins ? 1 : 0);
  } else if (joins) {
    out.source = joins->op;
  }
  return out;
}

}  // namespace ari::replay
