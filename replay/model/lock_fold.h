// LockFold: who holds which lock, and whether they wait for each other.
//
// Logs do not name the holder of a lock. But an async op on a lock that is done leaves its
// task with the lock, and locks tell when they are given back:
//
//   Mutex      `locked`: false                 RwLock   `write_locked`: false,
//   Semaphore  `permits` added, or handed to            `current_readers` reduced
//              one who waits for them
//
// A lock that tells of being taken without an op (try_lock) is its whose poll that was in,
// if that is known. What is given back is the releasing task's hold; where that is not
// known, the oldest, and of several tasks' holds the others are doubtful from then on. So
// are those whose guard may move to another task (`lock_owned`, a semaphore's permits).
// Permits of a channel's inner semaphore are nobody's.
//
// A circle can only close when a task that holds a lock starts to wait for one. Then those
// that it waits for, directly or not, are gathered, and whoever can get on is taken out
// until nobody can: who is left is stuck, and a way through them back to the task is the
// deadlock. Cost: nothing for a lock that is free; a look-up when one is taken, given back
// or waited for; the search only for who holds one meanwhile.
//
// Whoever holds a lock when its poll ends keeps it until the next one: held_wait.h.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "replay/model/life_line.h"
#include "replay/model/model.h"

namespace ari::replay {

// Whether it is a lock or a semaphore that programs use, not the inside of one.
bool is_lock(const Resource& resource) noexcept;

class LockFold {
 public:
  // `model` must outlive it.
  explicit LockFold(Model& model) : model_(model) {}

  // An op of the model was polled, with this result in its poll_op; it was dropped.
  void polled(std::uint32_t op, const Moment& now);
  void closed(std::uint32_t op, const Moment& now);
  // A resource of the model told this, in that task's poll (none: not known).
  void told(std::uint32_t resource, const AttributeUpdate& update, const Link& task,
            const Moment& now);
  // Permits were handed to this op from outside, in that task's poll.
  void handed(const AsyncOp& op, const AttributeUpdate& update, const Link& task);
  void resource_closed(std::uint32_t resource);
  // A task's poll began, and ended; it was woken.
  void task_entered(std::uint32_t task, const Moment& now);
  void task_exited(std::uint32_t task, const Moment& now);
  void task_woken(std::uint32_t task, const Moment& now);

  // Events are missing: from here on, who holds what is not known.
  void lost();
  void end_recording(const Moment& end);

 private:
  struct TaskLocks {
    std::vector<Resource*> holds;      // one for each hold, the oldest first
    std::vector<std::uint32_t> waits;  // ops, in order of beginning
  };
  // A task that holds locks other than semaphores, which few do at any time.
  struct Keeper {
    std::size_t locks = 0;
    std::vector<std::uint32_t> pending;  // the outermost ops that its last poll could not get on in
    std::optional<std::int64_t> idle_since_unix_ns;
    bool woken = false;  // in that poll
  };
  // What keeps a task from getting on with an op: another task, by its hold or its place.
  struct Blocker {
    std::uint32_t op;
    std::uint32_t task;
    const Hold* hold;  // null: it is in front in the queue
  };
  using Stuck = std::unordered_set<std::uint32_t>;

  Resource* lock_of(const Link& resource);
  void take(Resource& lock, Hold hold);
  void confirm(Resource& lock, bool exclusive, const Link& task, const Moment& now);
  void release(Resource& lock, bool exclusive, std::uint64_t permits, const Link& task);
  void drop_hold(Resource& lock, std::size_t at);
  void forget_wait(const AsyncOp& op, std::uint32_t index);

  std::vector<Blocker> blockers(std::uint32_t op) const;
  bool is_held_up(std::uint32_t op, const Stuck& stuck) const;
  Stuck stuck_with(std::uint32_t task) const;
  std::vector<Blocker> shortest_circle(std::uint32_t task, const Stuck& stuck) const;
  void look_for_deadlock(std::uint32_t task, const Moment& now);
  DeadlockLink link_of(const Blocker& blocker) const;
  void break_deadlocks(SpanId op, const Moment& now);

  // In held_wait.cc.
  void note_pending(std::uint32_t op);
  void begin_held_wait(std::uint32_t task, const Moment& now);
  void end_held_wait(std::uint32_t task, Keeper& keeper, const Moment& now, bool to_log_end);
  std::size_t waiters(const Resource& lock) const;
  std::optional<HeldWait> held_wait(std::uint32_t task, const Keeper& keeper) const;

  Model& model_;
  std::unordered_map<std::uint32_t, TaskLocks> tasks_;  // those that hold or await one
  std::unordered_map<std::uint32_t, Keeper> keepers_;
  std::vector<std::size_t> open_;                              // in Model::deadlocks
  std::unordered_map<std::uint32_t, std::size_t> held_waits_;  // of tasks, in Model::held_waits
};

}  // namespace ari::replay
