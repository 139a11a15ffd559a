#include "replay/model/lock_fold.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

namespace ari::replay {

using subscriber::ValueType;
using Op = AttributeUpdate::Op;

namespace {

std::uint64_t as_count(const subscriber::Value& value) {
  if (value.type() == ValueType::kU64) return value.as_u64();
  return value.type() == ValueType::kI64 && value.as_i64() > 0
             ? static_cast<std::uint64_t>(value.as_i64())
             : 0;
}

std::optional<bool> as_flag(const subscriber::Value& value) {
  if (value.type() != ValueType::kBool) return std::nullopt;
  return value.as_bool();
}

// The figure of this name, whoever tells it.
std::optional<std::uint64_t> figure(const std::vector<Attribute>& attributes,
                                    std::string_view name) {
  for (const Attribute& attribute : attributes) {
    if (attribute.name == name) return as_count(attribute.value);
  }
  return std::nullopt;
}

bool is_semaphore(const Resource& lock) { return lock.concrete_type == "Semaphore"; }

bool wants_all(const AsyncOp& op) {
  return op.source.starts_with("Mutex::") || op.source.starts_with("RwLock::write");
}

std::uint64_t permits_of(const AsyncOp& op) {
  return std::max<std::uint64_t>(1, figure(op.attributes, "permits_requested").value_or(1));
}

// Whether it is known which task has them.
bool is_known(const Hold& hold) { return hold.task.index != kNowhere && !hold.taker_over; }

bool is_in(const std::unordered_set<std::uint32_t>& tasks, const Hold& hold) {
  return is_known(hold) && tasks.contains(hold.task.index);
}

}  // namespace

bool is_lock(const Resource& resource) noexcept {
  if (resource.is_internal) return false;
  const std::string_view type = resource.concrete_type;
  return type == "Mutex" || type == "RwLock" || type == "Semaphore";
}

Resource* LockFold::lock_of(const Link& link) {
  if (link.index >= model_.resources.size()) return nullptr;
  Resource& resource = model_.resources[link.index];
  const bool is_it = resource.span == link.span && !resource.dropped_unix_ns;
  return is_it && is_lock(resource) ? &resource : nullptr;
}

LockFold::TaskLocks* LockFold::locks_of(const Link& link) {
  const Task* task = follow(model_.tasks, link);
  if (task == nullptr || task->span != link.span || task->dropped_unix_ns) return nullptr;
  if (link.index >= tasks_.size()) tasks_.resize(model_.tasks.size());
  return &tasks_[link.index];
}

// It was locks_of() before, and still is that task.
bool LockFold::is_alive(const Link& link) const {
  const Task* task = follow(model_.tasks, link);
  return task != nullptr && task->span == link.span && !task->dropped_unix_ns &&
         link.index < tasks_.size();
}

LockFold::LockState& LockFold::state_of(std::uint32_t lock) {
  if (lock >= locks_.size()) locks_.resize(model_.resources.size());
  return locks_[lock];
}

// ---- holds

void LockFold::take(std::uint32_t index, Hold hold) {
  Resource& lock = model_.resources[index];
  if (TaskLocks* const task = locks_of(hold.task)) {
    task->holds.push_back(index);
    if (!is_semaphore(lock)) ++keepers_[hold.task.index].locks;
  } else {
    hold.taker_over = hold.task.index != kNowhere;
  }
  // One guard of a lock is made while the last one is told to be gone: more were forgotten.
  if (hold.exclusive && lock.holds.size() > 1) drop_hold(index, 0);
  lock.holds.push_back(std::move(hold));
  LockState& state = state_of(index);
  if (state.held_place != kNowhere) return;
  state.held_place = static_cast<std::uint32_t>(held_.size());
  held_.push_back(index);
}

void LockFold::drop_hold(std::uint32_t index, std::size_t at) {
  Resource& lock = model_.resources[index];
  const Hold hold = lock.holds[at];
  lock.holds.erase(lock.holds.begin() + static_cast<std::ptrdiff_t>(at));
  if (lock.holds.empty()) {
    const std::uint32_t place = std::exchange(state_of(index).held_place, kNowhere);
    state_of(held_.back()).held_place = place;
    held_[place] = held_.back();
    held_.pop_back();
    state_of(index).held_place = kNowhere;
  }
  if (!is_known(hold)) return;
  std::vector<std::uint32_t>& held = tasks_[hold.task.index].holds;
  const auto found = std::find(held.begin(), held.end(), index);
  if (found != held.end()) held.erase(found);
  const auto keeper = is_semaphore(lock) ? keepers_.end() : keepers_.find(hold.task.index);
  if (keeper != keepers_.end() && --keeper->second.locks == 0) keepers_.erase(keeper);
}

// A lock tells that it was taken: by the op that is just done, or else without one.
void LockFold::confirm(std::uint32_t lock, bool exclusive, const Link& task, const Moment& now) {
  for (Hold& hold : model_.resources[lock].holds) {
    if (hold.told || hold.exclusive != exclusive) continue;
    hold.told = true;
    return;
  }
  take(lock, {.task = task,
              .exclusive = exclusive,
              .told = true,
              .since_unix_ns = now.at_unix_ns,
              .line = now.line});
}

void LockFold::release(std::uint32_t index, bool exclusive, std::uint64_t permits,
                       const Link& task) {
  Resource& lock = model_.resources[index];
  while (permits > 0) {
    std::optional<std::size_t> oldest, own, left_over;
    bool of_several = false;
    for (std::size_t i = 0; i < lock.holds.size(); ++i) {
      const Hold& hold = lock.holds[i];
      if (hold.exclusive != exclusive) continue;
      if (oldest) of_several |= hold.task.span != lock.holds[*oldest].task.span;
      if (!oldest) oldest = i;
      if (!own && task && is_known(hold) && hold.task.index == task.index) own = i;
      if (own) break;  // so the rest does not matter
      if (!left_over && hold.taker_over) left_over = i;
    }
    if (!oldest) return;
    if (!own) own = left_over;
    // Of a lock that only one can have the oldest is it, even where the next one is told first.
    const std::size_t at = exclusive ? *oldest : own.value_or(*oldest);
    if (!exclusive && !own && of_several) {
      for (Hold& hold : lock.holds) hold.doubtful = true;
    }
    Hold& hold = lock.holds[at];
    const std::uint64_t back = std::min(permits, hold.permits);
    permits -= back;
    hold.permits -= back;
    if (hold.permits == 0) drop_hold(index, at);
  }
}

void LockFold::told(std::uint32_t resource, const AttributeUpdate& update, const Link& task,
                    const Moment& now) {
  const Resource& teller = model_.resources[resource];
  if (update.name == "permits") {
    const Resource* lock = teller.is_internal ? lock_of(teller.parent) : nullptr;
    if (lock == nullptr || !is_semaphore(*lock) || update.op != Op::kAdd) return;
    return release(teller.parent.index, false, as_count(update.value), task);
  }
  if (!is_lock(teller)) return;
  if (update.name == "locked" || update.name == "write_locked") {
    const std::optional<bool> locked = as_flag(update.value);
    if (!locked) return;
    *locked ? confirm(resource, true, task, now) : release(resource, true, 1, task);
  } else if (update.name == "current_readers") {
    if (update.op == Op::kAdd) confirm(resource, false, task, now);
    if (update.op == Op::kSub) release(resource, false, 1, task);
  }
}

void LockFold::handed(const AsyncOp& op, const AttributeUpdate& update, const Link& task) {
  if (update.name != "permits_obtained" || update.op != Op::kAdd) return;
  const Resource* inner = follow(model_.resources, op.resource);
  const Resource* lock = inner != nullptr && inner->is_internal ? lock_of(inner->parent) : nullptr;
  if (lock == nullptr || !is_semaphore(*lock)) return;
  release(inner->parent.index, false, as_count(update.value), task);
}

void LockFold::resource_closed(std::uint32_t resource) {
  miss_lines(resource);
  while (!state_of(resource).waiting.empty()) end_wait(state_of(resource).waiting.back());
}

// ---- waits

void LockFold::begin_wait(std::uint32_t op, std::uint32_t task, const Moment& now) {
  if (op >= waits_.size()) waits_.resize(model_.ops.size());
  if (waits_[op].task == task) return;
  end_wait(op);
  const std::uint32_t lock = model_.ops[op].resource.index;
  LockState& state = state_of(lock);
  if (!waits_for(task, lock)) ++state.waiters;
  std::vector<std::uint32_t>& waiting = state.waiting;
  waits_[op] = {task, lock, static_cast<std::uint32_t>(waiting.size())};
  waiting.push_back(op);
  tasks_[task].waits.push_back(op);
  if (!tasks_[task].holds.empty() || is_joined_by_holder(task)) look_for_deadlock(task, now);
}

void LockFold::end_wait(std::uint32_t op) {
  if (op >= waits_.size() || waits_[op].task == kNowhere) return;
  const Wait wait = std::exchange(waits_[op], {});
  std::erase(tasks_[wait.task].waits, op);
  if (!waits_for(wait.task, wait.lock)) --locks_[wait.lock].waiters;
  std::vector<std::uint32_t>& others = locks_[wait.lock].waiting;
  waits_[others.back()].place = wait.place;
  others[wait.place] = others.back();
  others.pop_back();
}

bool LockFold::waits_for(std::uint32_t task, std::uint32_t lock) const {
  const std::vector<std::uint32_t>& ops = tasks_[task].waits;
  return std::any_of(ops.begin(), ops.end(),
                     [&](std::uint32_t op) { return waits_[op].lock == lock; });
}

void LockFold::polled(std::uint32_t index, const Moment& now) {
  const AsyncOp& op = model_.ops[index];
  if (!op.poll_op->is_ready) note_pending(index);
  if (lock_of(op.resource) == nullptr) return;
  if (op.poll_op->is_ready) {
    end_wait(index);
    return break_deadlocks(op.span, now);
  }
  if (locks_of(op.task) != nullptr) begin_wait(index, op.task.index, now);
}

void LockFold::closed(std::uint32_t index, const Moment& now) {
  const AsyncOp& op = model_.ops[index];
  forget_pending(index);
  end_wait(index);
  break_deadlocks(op.span, now);
  const Resource* lock = lock_of(op.resource);
  if (lock == nullptr) return;
  if (!op.poll_op || !op.poll_op->is_ready) return;
  const bool counted = is_semaphore(*lock);
  take(op.resource.index, {.task = op.task,
                           .permits = counted ? permits_of(op) : 1,
                           .exclusive = wants_all(op),
                           .doubtful = counted || op.source.ends_with("_owned"),
                           .told = counted,
                           .since_unix_ns = now.at_unix_ns,
                           .line = now.line});
}

// ---- deadlocks

// Whether any of the lock's holders keeps it; only readers do not mind each other.
bool LockFold::waits_for_holders(std::uint32_t index) const {
  const AsyncOp& op = model_.ops[index];
  return is_semaphore(model_.resources[op.resource.index]) || wants_all(op);
}

bool LockFold::waits_for_nothing(std::uint32_t task) const {
  return tasks_[task].waits.empty() && !tasks_[task].joins;
}

std::vector<LockFold::Blocker> LockFold::blockers(std::uint32_t index) const {
  std::vector<Blocker> out;
  const AsyncOp& op = model_.ops[index];
  const Resource& lock = model_.resources[op.resource.index];
  const bool reads = !waits_for_holders(index);
  for (const Hold& hold : lock.holds) {
    if (is_known(hold) && (hold.exclusive || !reads)) {
      out.push_back({waits_[index].task, index, hold.task.index, &hold});
    }
  }
  if (!reads) return out;
  // Readers queue up behind a writer that waits.
  if (op.resource.index >= locks_.size()) return out;
  for (const std::uint32_t other : locks_[op.resource.index].waiting) {
    const bool in_front =
        wants_all(model_.ops[other]) && model_.ops[other].first_line < op.first_line;
    if (in_front) out.push_back({waits_[index].task, index, waits_[other].task, nullptr});
  }
  return out;
}

// Of all that it waits for, but for those of locks whose holders were gone through already:
// whoever wants a permit, or all of a lock, waits for the same ones.
std::vector<LockFold::Blocker> LockFold::all_blockers(std::uint32_t task, Seen& locks) const {
  std::vector<Blocker> out;
  for (const std::uint32_t op : tasks_[task].waits) {
    if (waits_for_holders(op) && !locks.insert(model_.ops[op].resource.index).second) continue;
    const std::vector<Blocker> of_op = blockers(op);
    out.insert(out.end(), of_op.begin(), of_op.end());
  }
  if (!tasks_[task].joins) return out;
  for (const Link& joined : model_.tasks[task].joins->tasks) {
    if (is_alive(joined)) out.push_back({task, kNowhere, joined.index, nullptr});
  }
  return out;
}

// Of a lock whose ops wait for its holders.
LockFold::Supply LockFold::supply_of(std::uint32_t index, const Stuck& stuck) const {
  const Resource& lock = model_.resources[index];
  Supply out;
  out.permits = figure(lock.attributes, "permits").value_or(0);
  for (const Hold& hold : lock.holds) {
    is_in(stuck, hold) ? out.is_held = true : out.permits += hold.permits;
  }
  return out;
}

bool LockFold::is_held_up(std::uint32_t index, const Stuck& stuck, Supplies& supplies) const {
  if (!waits_for_holders(index)) {
    const std::vector<Blocker> all = blockers(index);
    return std::any_of(all.begin(), all.end(),
                       [&](const Blocker& b) { return stuck.contains(b.task); });
  }
  const std::uint32_t lock = model_.ops[index].resource.index;
  const auto [supply, is_new] = supplies.try_emplace(lock);
  if (is_new) supply->second = supply_of(lock, stuck);
  if (!supply->second.is_held) return false;
  return !is_semaphore(model_.resources[lock]) ||
         supply->second.permits < permits_of(model_.ops[index]);
}

// Whether enough permits for the op are free, or with tasks that wait for nothing: what most have
// that wait for a semaphore, and seen without a search.
bool LockFold::is_sure_to_get_on(std::uint32_t index) const {
  const AsyncOp& op = model_.ops[index];
  const Resource& lock = model_.resources[op.resource.index];
  if (!is_semaphore(lock)) return false;
  const std::uint64_t wanted = permits_of(op);
  std::uint64_t left = figure(lock.attributes, "permits").value_or(0);
  for (auto hold = lock.holds.begin(); left < wanted && hold != lock.holds.end(); ++hold) {
    if (!is_known(*hold) || waits_for_nothing(hold->task.index)) left += hold->permits;
  }
  return left >= wanted;
}

// Of a task that the log does not name nothing is known: it may end.
bool LockFold::is_join_held_up(const JoinWait& joins, const Stuck& stuck) const {
  const auto is_stuck = [&](const Link& task) {
    return is_alive(task) && stuck.contains(task.index);
  };
  if (joins.has_aborted) return false;
  if (joins.needs_all) return std::any_of(joins.tasks.begin(), joins.tasks.end(), is_stuck);
  return joins.tasks.size() == joins.count &&
         std::all_of(joins.tasks.begin(), joins.tasks.end(), is_stuck);
}

// Else it is in no circle: somebody joins it, or waits for what it holds, or perhaps queues up
// behind it.
bool LockFold::may_be_waited_for(std::uint32_t id) const {
  const TaskLocks& task = tasks_[id];
  const auto is_wanted = [&](std::uint32_t lock) { return !locks_[lock].waiting.empty(); };
  const auto has_others = [&](std::uint32_t op) {
    return locks_[waits_[op].lock].waiting.size() > 1;
  };
  return !task.joined_by.empty() || std::any_of(task.holds.begin(), task.holds.end(), is_wanted) ||
         std::any_of(task.waits.begin(), task.waits.end(), has_others);
}

// Empty if the way from the first never comes back to it.
LockFold::Stuck LockFold::stuck_with(std::uint32_t first) const {
  Stuck stuck = {first};
  Seen locks;
  std::vector<std::uint32_t> to_do = {first};
  bool comes_back = false;
  while (!to_do.empty()) {
    const std::uint32_t task = to_do.back();
    to_do.pop_back();
    for (const Blocker& b : all_blockers(task, locks)) {
      comes_back |= b.task == first;
      if (stuck.insert(b.task).second) to_do.push_back(b.task);
    }
  }
  if (!comes_back) return {};
  Supplies supplies;  // who is taken out after they were worked out counts the next time
  const auto can_go_on = [&](std::uint32_t id) {
    const TaskLocks& task = tasks_[id];
    if (waits_for_nothing(id)) return true;
    return (task.joins && !is_join_held_up(*model_.tasks[id].joins, stuck)) ||
           std::any_of(task.waits.begin(), task.waits.end(),
                       [&](std::uint32_t op) { return !is_held_up(op, stuck, supplies); });
  };
  while (std::erase_if(stuck, can_go_on) > 0) supplies.clear();
  return stuck;
}

// From the task through stuck ones back to it, breadth first; empty if there is none.
std::vector<LockFold::Blocker> LockFold::shortest_circle(std::uint32_t first,
                                                         const Stuck& stuck) const {
  struct Step {
    Blocker blocker;
    std::size_t before;
  };
  constexpr std::size_t kNoStep = static_cast<std::size_t>(-1);
  std::vector<Step> steps;
  Stuck seen;
  Seen locks;
  std::uint32_t task = first;
  std::size_t before = kNoStep;
  for (std::size_t next = 0;; ++next) {
    for (const Blocker& b : all_blockers(task, locks)) {
      if (stuck.contains(b.task) && seen.insert(b.task).second) steps.push_back({b, before});
    }
    if (next == steps.size()) return {};
    task = steps[next].blocker.task;
    before = next;
    if (task == first) break;
  }
  std::vector<Blocker> way;
  for (std::size_t at = before; at != kNoStep; at = steps[at].before) {
    way.insert(way.begin(), steps[at].blocker);
  }
  return way;
}

DeadlockLink LockFold::link_of(const Blocker& blocker) const {
  const Task& waiter = model_.tasks[blocker.waiter];
  DeadlockLink out;
  out.task = {waiter.span, blocker.waiter};
  out.wakers = waiter.waker_count();
  out.awaited = awaited(blocker.waiter);
  if (blocker.op == kNowhere) {
    out.joins = true;
    out.source = waiter.joins->op;
    out.waits_since_unix_ns = waiter.joins->since_unix_ns;
    out.waits_line = waiter.joins->line;
    return out;
  }
  const AsyncOp& op = model_.ops[blocker.op];
  const Resource& lock = model_.resources[op.resource.index];
  out.source = op.source;
  out.op = op.span;
  out.lock = op.resource;
  out.lock_type = lock.concrete_type;
  out.lock_location = lock.location;
  out.waits_since_unix_ns = op.wait_began_unix_ns.value_or(op.since_unix_ns);
  out.waits_line = op.first_line;
  out.queued = blocker.hold == nullptr;
  if (blocker.hold != nullptr) out.hold = *blocker.hold;
  return out;
}

std::size_t LockFold::awaited(std::uint32_t task) const {
  return tasks_[task].waits.size() + (tasks_[task].joins ? 1 : 0);
}

void LockFold::look_for_deadlock(std::uint32_t task, const Moment& now) {
  if (!may_be_waited_for(task)) return;
  const std::vector<std::uint32_t>& ops = tasks_[task].waits;
  const auto gets_on = [this](std::uint32_t op) { return is_sure_to_get_on(op); };
  if (std::any_of(ops.begin(), ops.end(), gets_on)) return;
  const Stuck stuck = stuck_with(task);
  if (!stuck.contains(task)) return;
  const std::vector<Blocker> way = shortest_circle(task, stuck);
  if (way.empty()) return;
  Deadlock deadlock;
  deadlock.since_unix_ns = now.at_unix_ns;
  deadlock.first_line = now.line;
  for (const Blocker& b : way) {
    deadlock.links.push_back(link_of(b));
    const LineNumber began = b.hold != nullptr ? b.hold->line : deadlock.links.back().waits_line;
    deadlock.first_line = std::min(deadlock.first_line, began);
  }
  for (const DeadlockLink& link : deadlock.links) model_.tasks[link.task.index].is_mentioned = true;
  deadlock.last_line = now.line;
  for (std::uint32_t i = 0; i < deadlock.links.size(); ++i) {
    const DeadlockLink& link = deadlock.links[i];
    const OpenLink open{model_.deadlocks.size(), i};
    open_of_task_[link.task.index].push_back(open);
    if (!link.joins) open_of_op_[link.op].push_back(open);
  }
  model_.deadlocks.push_back(std::move(deadlock));
}

void LockFold::break_deadlock(OpenLink broken, const Moment& now) {
  Deadlock& deadlock = model_.deadlocks[broken.deadlock];
  deadlock.broken = broken.link;
  deadlock.until_unix_ns = std::max(deadlock.since_unix_ns, now.at_unix_ns);
  deadlock.last_line = now.line;
  const auto forget_in = [&](auto& open, auto key) {
    const auto of = open.find(key);
    if (of == open.end()) return;
    std::erase_if(of->second, [&](OpenLink link) { return link.deadlock == broken.deadlock; });
    if (of->second.empty()) open.erase(of);
  };
  for (const DeadlockLink& link : deadlock.links) {
    forget_in(open_of_task_, link.task.index);
    if (!link.joins) forget_in(open_of_op_, link.op);
  }
}

void LockFold::break_deadlocks(SpanId op, const Moment& now) {
  if (open_of_op_.empty()) return;
  for (auto of = open_of_op_.find(op); of != open_of_op_.end(); of = open_of_op_.find(op)) {
    break_deadlock(of->second.front(), now);
  }
}

void LockFold::break_joins(std::uint32_t task, const Moment& now) {
  const auto of = open_of_task_.find(task);
  if (of == open_of_task_.end()) return;
  const std::vector<OpenLink> links = of->second;
  for (const OpenLink link : links) {
    if (model_.deadlocks[link.deadlock].links[link.link].joins) break_deadlock(link, now);
  }
}

// ---- joins

void LockFold::join_over(std::uint32_t task) {
  if (!any_joins_ || task >= tasks_.size() || !std::exchange(tasks_[task].joins, false)) return;
  for (const Link& joined : model_.tasks[task].joins->tasks) {
    if (is_alive(joined)) std::erase(tasks_[joined.index].joined_by, task);
  }
}

void LockFold::joins(std::uint32_t task, const Moment& now) {
  TaskLocks* const locks = locks_of({model_.tasks[task].span, task});
  if (locks == nullptr) return;
  any_joins_ = locks->joins = true;
  for (const Link& link : model_.tasks[task].joins->tasks) {
    if (TaskLocks* const joined = locks_of(link)) joined->joined_by.push_back(task);
  }
  const bool is_waited_for = !locks->holds.empty() || !locks->joined_by.empty();
  if (is_waited_for && !is_known_deadlock(task)) look_for_deadlock(task, now);
}

// Whether anybody who waits for its end, directly or not, holds a lock.
bool LockFold::is_joined_by_holder(std::uint32_t task) const {
  if (tasks_[task].joined_by.empty()) return false;
  Stuck seen = {task};
  std::vector<std::uint32_t> to_do = {task};
  while (!to_do.empty()) {
    const std::uint32_t joined = to_do.back();
    to_do.pop_back();
    for (const std::uint32_t joiner : tasks_[joined].joined_by) {
      if (!tasks_[joiner].holds.empty()) return true;
      if (seen.insert(joiner).second) to_do.push_back(joiner);
    }
  }
  return false;
}

// It was polled in between, and waits as before.
bool LockFold::is_known_deadlock(std::uint32_t joiner) const {
  const auto of = open_of_task_.find(joiner);
  return of != open_of_task_.end() &&
         std::any_of(of->second.begin(), of->second.end(), [&](OpenLink open) {
           return model_.deadlocks[open.deadlock].links[open.link].joins;
         });
}

void LockFold::task_exited(std::uint32_t task, const Moment& now) {
  begin_held_wait(task, now);
  if (open_of_task_.empty()) return;
  if (task >= tasks_.size() || !tasks_[task].joins) break_joins(task, now);
  const auto of = open_of_task_.find(task);
  if (of == open_of_task_.end()) return;
  for (const OpenLink open : of->second) {
    DeadlockLink& link = model_.deadlocks[open.deadlock].links[open.link];
    link.wakers = model_.tasks[task].waker_count();
    link.awaited = awaited(task);
  }
}

// ---- ends

// A task that is over leaves a hold. What can be shared is put together with what others have left:
// permits that a program forgets on purpose may be many.
void LockFold::leave_hold(Resource& lock, std::uint32_t task) {
  const auto hold = std::find_if(lock.holds.begin(), lock.holds.end(), [&](const Hold& h) {
    return is_known(h) && h.task.index == task;
  });
  if (hold == lock.holds.end()) return;
  hold->taker_over = hold->doubtful = true;
  const auto left = std::find_if(lock.holds.begin(), lock.holds.end(), [&](const Hold& h) {
    return &h != &*hold && h.taker_over && h.exclusive == hold->exclusive;
  });
  if (left == lock.holds.end() || hold->exclusive) return;
  left->permits += hold->permits;
  left->task = {};
  lock.holds.erase(hold);
}

// Guards that were not moved have told of their end before the task's.
void LockFold::task_closed(std::uint32_t index, const Moment& now) {
  if (index >= tasks_.size()) return;
  TaskLocks& task = tasks_[index];
  if (const auto keeper = keepers_.find(index); keeper != keepers_.end()) {
    end_held_wait(index, keeper->second, now, false);
    keepers_.erase(keeper);
  }
  for (const std::uint32_t lock : task.holds) leave_hold(model_.resources[lock], index);
  task.holds.clear();
  join_over(index);
  break_joins(index, now);
  task.joined_by.clear();
  while (!task.waits.empty()) {
    const std::uint32_t op = task.waits.back();
    end_wait(op);
    break_deadlocks(model_.ops[op].span, now);
  }
}

void LockFold::lost() {
  keepers_.clear();
  for (const std::uint32_t lock : held_) {
    for (const Hold& hold : model_.resources[lock].holds) {
      if (is_known(hold)) tasks_[hold.task.index].holds.clear();
    }
    model_.resources[lock].holds.clear();
    locks_[lock].held_place = kNowhere;
  }
  held_.clear();
}

void LockFold::miss_lines(std::uint32_t resource) {
  const Resource& lock = model_.resources[resource];
  while (!lock.holds.empty()) drop_hold(resource, lock.holds.size() - 1);
}

void LockFold::end_recording(const ClockEnd& end, LineNumber last_line) {
  for (const auto& [task, open] : open_of_task_) {
    for (const OpenLink link : open) {
      Deadlock& deadlock = model_.deadlocks[link.deadlock];
      deadlock.until_unix_ns = std::max(deadlock.since_unix_ns, end.after(deadlock.last_line));
    }
  }
  for (auto& [task, keeper] : keepers_) {
    const std::int64_t until_unix_ns = end.after(model_.tasks[task].last_line);
    end_held_wait(task, keeper, {until_unix_ns, last_line, 0}, true);
  }
  open_of_task_.clear();
  open_of_op_.clear();
  keepers_.clear();
  tasks_.clear();
  waits_.clear();
  locks_.clear();
  held_.clear();
}

}  // namespace ari::replay
