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

bool is_in(const std::unordered_set<std::uint32_t>& tasks, const Link& task) {
  return task.index != kNowhere && tasks.contains(task.index);
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
  return resource.span == link.span && is_lock(resource) ? &resource : nullptr;
}

// ---- holds

void LockFold::take(Resource& lock, Hold hold) {
  if (hold.task.index != kNowhere) {
    tasks_[hold.task.index].holds.push_back(&lock);
    if (!is_semaphore(lock)) ++keepers_[hold.task.index].locks;
  }
  // One guard of a lock is made while the last one is told to be gone: more were forgotten.
  if (hold.exclusive && lock.holds.size() > 1) drop_hold(lock, 0);
  lock.holds.push_back(std::move(hold));
}

void LockFold::drop_hold(Resource& lock, std::size_t at) {
  const std::uint32_t task = lock.holds[at].task.index;
  lock.holds.erase(lock.holds.begin() + static_cast<std::ptrdiff_t>(at));
  const auto known = tasks_.find(task);
  if (known == tasks_.end()) return;
  std::vector<Resource*>& held = known->second.holds;
  const auto found = std::find(held.begin(), held.end(), &lock);
  if (found != held.end()) held.erase(found);
  const auto keeper = is_semaphore(lock) ? keepers_.end() : keepers_.find(task);
  if (keeper != keepers_.end() && --keeper->second.locks == 0) keepers_.erase(keeper);
  if (held.empty() && known->second.waits.empty()) tasks_.erase(known);
}

// A lock tells that it was taken: by the op that is just done, or else without one.
void LockFold::confirm(Resource& lock, bool exclusive, const Link& task, const Moment& now) {
  for (Hold& hold : lock.holds) {
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

void LockFold::release(Resource& lock, bool exclusive, std::uint64_t permits, const Link& task) {
  while (permits > 0) {
    std::optional<std::size_t> oldest, own;
    bool of_several = false;
    for (std::size_t i = 0; i < lock.holds.size(); ++i) {
      const Hold& hold = lock.holds[i];
      if (hold.exclusive != exclusive) continue;
      if (oldest) of_several |= hold.task.span != lock.holds[*oldest].task.span;
      if (!oldest) oldest = i;
      if (!own && task && hold.task.index == task.index) own = i;
    }
    if (!oldest) return;
    // Of a lock that only one can have the oldest is it, even where the next one is told first.
    const std::size_t at = exclusive ? *oldest : own.value_or(*oldest);
    if (!exclusive && !own && of_several) {
      for (Hold& hold : lock.holds) hold.doubtful = true;
    }
    Hold& hold = lock.holds[at];
    const std::uint64_t back = std::min(permits, hold.permits);
    permits -= back;
    hold.permits -= back;
    if (hold.permits == 0) drop_hold(lock, at);
  }
}

void LockFold::told(std::uint32_t resource, const AttributeUpdate& update, const Link& task,
                    const Moment& now) {
  Resource& teller = model_.resources[resource];
  if (update.name == "permits") {
    Resource* lock = teller.is_internal ? lock_of(teller.parent) : nullptr;
    if (lock == nullptr || !is_semaphore(*lock) || update.op != Op::kAdd) return;
    return release(*lock, false, as_count(update.value), task);
  }
  if (!is_lock(teller)) return;
  if (update.name == "locked" || update.name == "write_locked") {
    const std::optional<bool> locked = as_flag(update.value);
    if (!locked) return;
    *locked ? confirm(teller, true, task, now) : release(teller, true, 1, task);
  } else if (update.name == "current_readers") {
    if (update.op == Op::kAdd) confirm(teller, false, task, now);
    if (update.op == Op::kSub) release(teller, false, 1, task);
  }
}

void LockFold::handed(const AsyncOp& op, const AttributeUpdate& update, const Link& task) {
  if (update.name != "permits_obtained" || update.op != Op::kAdd) return;
  const Resource* inner = follow(model_.resources, op.resource);
  Resource* lock = inner != nullptr && inner->is_internal ? lock_of(inner->parent) : nullptr;
  if (lock == nullptr || !is_semaphore(*lock)) return;
  release(*lock, false, as_count(update.value), task);
}

void LockFold::resource_closed(std::uint32_t resource) {
  Resource& lock = model_.resources[resource];
  while (!lock.holds.empty()) drop_hold(lock, lock.holds.size() - 1);
}

// ---- waits

void LockFold::forget_wait(const AsyncOp& op, std::uint32_t index) {
  const auto task = tasks_.find(op.task.index);
  if (task == tasks_.end()) return;
  std::erase(task->second.waits, index);
  if (task->second.holds.empty() && task->second.waits.empty()) tasks_.erase(task);
}

void LockFold::polled(std::uint32_t index, const Moment& now) {
  const AsyncOp& op = model_.ops[index];
  if (!op.poll_op->is_ready) note_pending(index);
  if (lock_of(op.resource) == nullptr || op.task.index == kNowhere) return;
  if (op.poll_op->is_ready) {
    forget_wait(op, index);
    return break_deadlocks(op.span, now);
  }
  TaskLocks& task = tasks_[op.task.index];
  if (std::find(task.waits.begin(), task.waits.end(), index) != task.waits.end()) return;
  task.waits.push_back(index);
  if (!task.holds.empty()) look_for_deadlock(op.task.index, now);
}

void LockFold::closed(std::uint32_t index, const Moment& now) {
  const AsyncOp& op = model_.ops[index];
  Resource* lock = lock_of(op.resource);
  if (lock == nullptr) return;
  forget_wait(op, index);
  break_deadlocks(op.span, now);
  if (!op.poll_op || !op.poll_op->is_ready) return;
  const bool counted = is_semaphore(*lock);
  take(*lock, {.task = op.task,
               .permits = counted ? permits_of(op) : 1,
               .exclusive = wants_all(op),
               .doubtful = counted || op.source.ends_with("_owned"),
               .told = counted,
               .since_unix_ns = now.at_unix_ns,
               .line = now.line});
}

// ---- deadlocks

std::vector<LockFold::Blocker> LockFold::blockers(std::uint32_t index) const {
  std::vector<Blocker> out;
  const AsyncOp& op = model_.ops[index];
  const Resource& lock = model_.resources[op.resource.index];
  const bool reads = !is_semaphore(lock) && !wants_all(op);
  for (const Hold& hold : lock.holds) {
    if (hold.task.index != kNowhere && (hold.exclusive || !reads)) {
      out.push_back({index, hold.task.index, &hold});
    }
  }
  if (!reads) return out;
  // Readers queue up behind a writer that waits.
  for (const auto& [task, locks] : tasks_) {
    for (const std::uint32_t other : locks.waits) {
      const AsyncOp& writer = model_.ops[other];
      const bool in_front = writer.resource.index == op.resource.index && wants_all(writer) &&
                            writer.first_line < op.first_line;
      if (in_front) out.push_back({index, task, nullptr});
    }
  }
  return out;
}

bool LockFold::is_held_up(std::uint32_t index, const Stuck& stuck) const {
  const AsyncOp& op = model_.ops[index];
  const Resource& lock = model_.resources[op.resource.index];
  if (!is_semaphore(lock)) {
    const std::vector<Blocker> all = blockers(index);
    return std::any_of(all.begin(), all.end(),
                       [&](const Blocker& b) { return stuck.contains(b.task); });
  }
  // All that are free, or may become free.
  std::uint64_t left = figure(lock.attributes, "permits").value_or(0);
  bool held = false;
  for (const Hold& hold : lock.holds) {
    held = held || is_in(stuck, hold.task);
    if (!is_in(stuck, hold.task)) left += hold.permits;
  }
  return held && left < permits_of(op);
}

LockFold::Stuck LockFold::stuck_with(std::uint32_t first) const {
  Stuck stuck = {first};
  std::vector<std::uint32_t> to_do = {first};
  while (!to_do.empty()) {
    const auto task = tasks_.find(to_do.back());
    to_do.pop_back();
    if (task == tasks_.end()) continue;
    for (const std::uint32_t op : task->second.waits) {
      for (const Blocker& b : blockers(op)) {
        if (stuck.insert(b.task).second) to_do.push_back(b.task);
      }
    }
  }
  const auto can_go_on = [&](std::uint32_t id) {
    const auto task = tasks_.find(id);
    if (task == tasks_.end() || task->second.waits.empty()) return true;
    return std::any_of(task->second.waits.begin(), task->second.waits.end(),
                       [&](std::uint32_t op) { return !is_held_up(op, stuck); });
  };
  while (std::erase_if(stuck, can_go_on) > 0) {
  }
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
  std::uint32_t task = first;
  std::size_t before = kNoStep;
  for (std::size_t next = 0;; ++next) {
    for (const std::uint32_t op : tasks_.at(task).waits) {
      for (const Blocker& b : blockers(op)) {
        if (stuck.contains(b.task) && seen.insert(b.task).second) steps.push_back({b, before});
      }
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
  const AsyncOp& op = model_.ops[blocker.op];
  const Resource& lock = model_.resources[op.resource.index];
  DeadlockLink out;
  out.task = op.task;
  out.source = op.source;
  out.op = op.span;
  out.lock = op.resource;
  out.lock_type = lock.concrete_type;
  out.lock_location = lock.location;
  out.waits_since_unix_ns = op.first_poll_unix_ns.value_or(op.since_unix_ns);
  out.waits_line = op.first_line;
  out.queued = blocker.hold == nullptr;
  if (blocker.hold != nullptr) out.hold = *blocker.hold;
  out.wakers = model_.tasks[op.task.index].waker_count();
  out.locks_awaited = tasks_.at(op.task.index).waits.size();
  return out;
}

void LockFold::look_for_deadlock(std::uint32_t task, const Moment& now) {
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
  deadlock.last_line = now.line;
  open_.push_back(model_.deadlocks.size());
  model_.deadlocks.push_back(std::move(deadlock));
}

void LockFold::break_deadlocks(SpanId op, const Moment& now) {
  std::erase_if(open_, [&](std::size_t at) {
    Deadlock& deadlock = model_.deadlocks[at];
    for (std::uint32_t i = 0; i < deadlock.links.size(); ++i) {
      if (deadlock.links[i].op != op) continue;
      deadlock.broken = i;
      deadlock.until_unix_ns = now.at_unix_ns;
      deadlock.last_line = now.line;
      return true;
    }
    return false;
  });
}

void LockFold::task_exited(std::uint32_t task, const Moment& now) {
  begin_held_wait(task, now);
  for (const std::size_t at : open_) {
    for (DeadlockLink& link : model_.deadlocks[at].links) {
      if (link.task.index != task) continue;
      link.wakers = model_.tasks[task].waker_count();
      const auto known = tasks_.find(task);
      link.locks_awaited = known == tasks_.end() ? 0 : known->second.waits.size();
    }
  }
}

// ---- ends

void LockFold::lost() {
  if (tasks_.empty()) return;
  keepers_.clear();
  for (Resource& resource : model_.resources) resource.holds.clear();
  for (auto& [task, locks] : tasks_) locks.holds.clear();
  std::erase_if(tasks_, [](const auto& entry) { return entry.second.waits.empty(); });
}

void LockFold::end_recording(const Moment& end) {
  for (const std::size_t at : open_) model_.deadlocks[at].until_unix_ns = end.at_unix_ns;
  for (auto& [task, keeper] : keepers_) end_held_wait(task, keeper, end, true);
  open_.clear();
  keepers_.clear();
  held_waits_.clear();
  tasks_.clear();
}

}  // namespace ari::replay
