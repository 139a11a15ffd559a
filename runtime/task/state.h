// State: where a task is in its life, and how many references keep its memory.
//
// One atomic word, because wakers, the polling worker, abort and the join handle may all
// act at once from different threads, and each must see the others' doings whole.
//
//   bit 0  running      being polled, cancelled or destroyed: whoever set it owns the frames
//   bit 1  complete     the frames are gone, the result is there; never leaves this state
//   bit 2  scheduled    in a run queue, or woken during its poll and to be queued after it
//   bit 3  cancelled    to be destroyed instead of polled
//   bit 4  join handle  there is a JoinHandle: the result is kept for it
//   bit 5  join waker   the slot of the joiner's waker is full and belongs to the runtime
//   bit 6  being read   somebody reads the frames: whoever is to run them waits until then
//   7 …    references
//
//             wake                start_poll               end_poll
//     idle ─────────▶ scheduled ─────────────▶ running ──────────────▶ idle
//                         ▲                       │ woken meanwhile: back to scheduled
//                         └───────────────────────┤
//                                                 └─ complete() ─────▶ complete
//
// References: one for the runtime's list of tasks, one for "scheduled", one for the
// JoinHandle, one for each Waker. Every function may be called from any thread within
// the conditions that it names.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>

namespace ari::task {

class State {
 public:
  // A new task: scheduled, joined, and held by the list, the queue and the join handle.
  State() noexcept = default;

  enum class Start : std::uint8_t {
    kPoll,    // now running: poll it
    kCancel,  // now running: destroy it
    kGone,    // somebody else has it or had it: give up the queue's reference
  };
  // The scheduler took the task from a queue. Blocks while somebody reads the frames.
  Start start_poll() noexcept;

  enum class End : std::uint8_t {
    kIdle,      // the queue's reference is given up
    kSchedule,  // woken during the poll: queue it again with the reference it had
    kCancel,    // still running: destroy it
  };
  // A poll suspended; `woken`: it has woken the task itself, as wake_by_ref() would have.
  // Requires: running.
  End end_poll(bool woken = false) noexcept;

  enum class Wake : std::uint8_t {
    kNothing,   // done
    kSchedule,  // put it into a queue, with the reference that the state counted for it
    kFree,      // the reference that was given up was the last
  };
  // A waker is used up: its reference becomes the queue's or is given up.
  Wake wake_by_value() noexcept;
  // A waker is used and stays. Never kFree.
  Wake wake_by_ref() noexcept;

  // Asks for the task's end. True: schedule it, as after a wake.
  bool abort() noexcept;

  // The runtime shuts down. True: the task was idle and is now running in the caller's
  // hands, to be destroyed. Blocks while somebody reads the frames.
  bool claim_for_shutdown() noexcept;

  struct Joiner {
    bool waits_for_result;  // there is a JoinHandle
    bool left_waker;        // and it put a waker into the slot
  };
  // The result is there and the frames are gone. Requires: running.
  Joiner complete() noexcept;
  // After the joiner was woken: gives the slot back. False: there is no JoinHandle any
  // more, the caller clears the slot.
  bool return_join_waker() noexcept;

  // The join handle filled the slot. False: the task is complete, the slot remains its own.
  bool offer_join_waker() noexcept;
  // The join handle wants the slot back. False: the task is complete.
  bool withdraw_join_waker() noexcept;

  struct Leftover {
    bool result;  // the task is complete: the handle destroys the result
    bool waker;   // the slot belongs to the handle: it clears it
  };
  // The join handle goes; its reference is given up separately.
  Leftover drop_join_handle() noexcept;

  enum class Activity : std::uint8_t {
    kIdle,       // waits for a wake
    kScheduled,  // woken or new, and not polled yet
    kRunning,    // polled or destroyed, in this moment
    kComplete,   // ended
  };
  // While one of these lives and found the task idle or scheduled, nobody else touches the
  // frames, and the caller may read them: a microsecond or two, and without waiting for
  // anything. One at a time in the process, others wait for it. Any thread, by whoever
  // holds a reference.
  class Reading {
   public:
    explicit Reading(State& state) noexcept;
    ~Reading();
    Reading(const Reading&) = delete;
    Reading& operator=(const Reading&) = delete;

    Activity found() const noexcept { return found_; }
    bool may_read() const noexcept { return found_ <= Activity::kScheduled; }

   private:
    const std::lock_guard<std::mutex> lock_;
    State& state_;
    Activity found_;
  };

  bool is_complete() const noexcept {
    // acquire: pairs with the release in complete(), so that the caller sees the result.
    return (word_.load(std::memory_order_acquire) & kComplete) != 0;
  }
  // It will be destroyed instead of polled, or is complete. relaxed: nothing is read by it.
  bool is_aborted() const noexcept {
    return (word_.load(std::memory_order_relaxed) & kCancelled) != 0;
  }
  bool has_join_waker() const noexcept {
    // acquire: pairs with return_join_waker(), after which the slot is the handle's.
    return (word_.load(std::memory_order_acquire) & kJoinWaker) != 0;
  }

  void add_reference() noexcept {
    // relaxed: whoever adds one holds one, so nothing is learnt from the count.
    word_.fetch_add(kReference, std::memory_order_relaxed);
  }
  // True: it was the last.
  [[nodiscard]] bool drop_reference() noexcept {
    // acq_rel: what the other holders did must have happened before the memory is freed.
    return word_.fetch_sub(kReference, std::memory_order_acq_rel) / kReference == 1;
  }

 private:
  using Word = std::uint64_t;
  static constexpr Word kRunning = 1u << 0;
  static constexpr Word kComplete = 1u << 1;
  static constexpr Word kScheduled = 1u << 2;
  static constexpr Word kCancelled = 1u << 3;
  static constexpr Word kJoinHandle = 1u << 4;
  static constexpr Word kJoinWaker = 1u << 5;
  static constexpr Word kBeingRead = 1u << 6;
  static constexpr Word kReference = 1u << 7;

  // Replaces the word by what `change` makes of it, in one step. `change` edits its
  // argument and returns what the caller is to do.
  template <class Change>
  auto update(Change change) noexcept;
  // The same for a change that makes the task run: waits until nobody reads its frames.
  template <class Change>
  auto update_unread(Change change) noexcept;

  std::atomic<Word> word_{3 * kReference | kScheduled | kJoinHandle};
};

}  // namespace ari::task
