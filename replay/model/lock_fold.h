// LockFold: who holds which lock, and whether tasks wait for each other, for locks or by joining.
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
// known, one whose taker is over; else the oldest, and of several tasks' holds the others are
// doubtful from then on. So are those whose guard may move to another task (`lock_owned`, a
// semaphore's permits): what a task still has when it is over has moved, and who has it now is
// not known. Permits of a channel's inner semaphore are nobody's.
//
// A circle can only close when a task starts to wait for whom others wait: it holds a lock, or it
// is joined. Then those that it waits for, directly or not, are gathered, and whoever can get on
// is taken out until nobody can: who is left is stuck, and a way through them back to the task is
// the deadlock. Cost: nothing for a lock that is free; a look-up when one is taken, given back or
// waited for; the search only for who holds one meanwhile, or is joined by one who does, and not
// where a semaphore has permits that are sure to become free. It takes as long as there are holds,
// waits and joins on the way, each gone through once, and as often as anybody is taken out.
//
// Whoever holds a lock when its poll ends keeps it until the next one: held_wait.h.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
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
  // Another task is about to have the op.
  void changes_task(std::uint32_t op) { forget_pending(op); }
  // A resource of the model told this, in that task's poll (none: not known).
  void told(std::uint32_t resource, const AttributeUpdate& update, const Link& task,
            const Moment& now);
  // Permits were handed to this op from outside, in that task's poll.
  void handed(const AsyncOp& op, const AttributeUpdate& update, const Link& task);
  void resource_closed(std::uint32_t resource);
  // A task's poll began, and ended; it was woken; it closed, by which its dropped_unix_ns is set.
  void task_entered(std::uint32_t task, const Moment& now);
  void task_exited(std::uint32_t task, const Moment& now);
  void task_woken(std::uint32_t task, const Moment& now);
  void task_closed(std::uint32_t task, const Moment& now);
  // What it joins is about to change; it waits for its Task::joins from now on.
  void join_over(std::uint32_t task);
  void joins(std::uint32_t task, const Moment& now);

  // Events are missing: from here on, who holds what is not known; or who holds this resource.
  void lost();
  void miss_lines(std::uint32_t resource);
  void end_recording(const ClockEnd& end, LineNumber last_line);

 private:
  struct TaskLocks {
    std::vector<std::uint32_t> holds;      // locks, one for each hold, the oldest first
    std::vector<std::uint32_t> waits;      // ops, in order of beginning
    std::vector<std::uint32_t> joined_by;  // tasks that wait for its end
    bool joins = false;                    // it waits for its Task::joins
  };
  // A task that holds locks other than semaphores, which few do at any time.
  struct Keeper {
    std::size_t locks = 0;
    std::vector<std::uint32_t> pending;  // the outermost ops that its last poll could not get on in
    std::optional<std::int64_t> idle_since_unix_ns;
    bool woken = false;  // in that poll
  };
  // Where an op that waits for a lock is on record.
  struct Wait {
    std::uint32_t task = kNowhere;  // in whose poll it was polled last; kNowhere: it does not wait
    std::uint32_t lock = kNowhere;
    std::uint32_t place = 0;  // in the lock's `waiting`
  };
  // What is remembered of a lock beyond its holds, which the model has.
  struct LockState {
    std::vector<std::uint32_t> waiting;   // ops
    std::size_t waiters = 0;              // tasks that wait in these
    std::uint32_t held_place = kNowhere;  // in held_, while it has holds
  };
  // What keeps a task from getting on: another task, by its hold, its place or its life.
  struct Blocker {
    std::uint32_t waiter;  // the task that it keeps
    std::uint32_t op;      // in which; kNowhere: it joins the other
    std::uint32_t task;
    const Hold* hold;  // of an op; null: it is in front in the queue
  };
  // In Model::deadlocks, and in its links.
  struct OpenLink {
    std::size_t deadlock;
    std::uint32_t link;
  };
  using Stuck = std::unordered_set<std::uint32_t>;  // tasks
  using Seen = std::unordered_set<std::uint32_t>;   // locks
  // What there is for those who wait for the holders of a lock.
  struct Supply {
    bool is_held = false;       // by a task that is stuck
    std::uint64_t permits = 0;  // that are free, or may become free
  };
  using Supplies = std::unordered_map<std::uint32_t, Supply>;  // by lock

  // Null if it is none, or is gone.
  Resource* lock_of(const Link& resource);
  LockState& state_of(std::uint32_t lock);
  // Null of a task that has closed, or is not known.
  TaskLocks* locks_of(const Link& task);
  bool is_alive(const Link& task) const;

  void take(std::uint32_t lock, Hold hold);
  void confirm(std::uint32_t lock, bool exclusive, const Link& task, const Moment& now);
  void release(std::uint32_t lock, bool exclusive, std::uint64_t permits, const Link& task);
  void drop_hold(std::uint32_t lock, std::size_t at);
  void leave_hold(Resource& lock, std::uint32_t task);
  void begin_wait(std::uint32_t op, std::uint32_t task, const Moment& now);
  void end_wait(std::uint32_t op);
  bool waits_for(std::uint32_t task, std::uint32_t lock) const;

  // Each op here is one that waits.
  bool waits_for_holders(std::uint32_t op) const;
  bool waits_for_nothing(std::uint32_t task) const;
  std::vector<Blocker> blockers(std::uint32_t op) const;
  std::vector<Blocker> all_blockers(std::uint32_t task, Seen& locks) const;
  Supply supply_of(std::uint32_t lock, const Stuck& stuck) const;
  bool is_held_up(std::uint32_t op, const Stuck& stuck, Supplies& supplies) const;
  bool is_sure_to_get_on(std::uint32_t op) const;
  bool is_join_held_up(const JoinWait& joins, const Stuck& stuck) const;
  bool is_joined_by_holder(std::uint32_t task) const;
  bool is_known_deadlock(std::uint32_t joiner) const;
  bool may_be_waited_for(std::uint32_t task) const;
  Stuck stuck_with(std::uint32_t task) const;
  std::vector<Blocker> shortest_circle(std::uint32_t task, const Stuck& stuck) const;
  void look_for_deadlock(std::uint32_t task, const Moment& now);
  DeadlockLink link_of(const Blocker& blocker) const;
  void break_deadlock(OpenLink broken, const Moment& now);
  void break_deadlocks(SpanId op, const Moment& now);
  void break_joins(std::uint32_t task, const Moment& now);
  std::size_t awaited(std::uint32_t task) const;

  // In held_wait.cc.
  void note_pending(std::uint32_t op);
  void forget_pending(std::uint32_t op);
  void begin_held_wait(std::uint32_t task, const Moment& now);
  void end_held_wait(std::uint32_t task, Keeper& keeper, const Moment& now, bool to_log_end);
  std::size_t waiters(std::uint32_t lock) const;
  std::optional<HeldWait> held_wait(std::uint32_t task, const Keeper& keeper) const;

  Model& model_;
  std::deque<TaskLocks> tasks_;      // by index in Model::tasks
  bool any_joins_ = false;           // whether any task was ever told to wait for others
  std::deque<Wait> waits_;           // of ops, by index in Model::ops
  std::deque<LockState> locks_;      // by index in Model::resources
  std::vector<std::uint32_t> held_;  // the locks that have holds
  std::unordered_map<std::uint32_t, Keeper> keepers_;
  // The links of deadlocks that are open, by task, and those of ops by op too.
  std::unordered_map<std::uint32_t, std::vector<OpenLink>> open_of_task_;
  std::unordered_map<SpanId, std::vector<OpenLink>> open_of_op_;
};

}  // namespace ari::replay
