#include "runtime/task/state.h"

#include <cassert>

namespace ari::task {

// acq_rel: whoever gets the task next, on whichever thread, sees all that was done before.
// The word is written even where nothing in it changes: a wake that finds the task already
// scheduled must still be ordered before the poll that it counts on to see its doings.
template <class Change>
auto State::update(Change change) noexcept {
  Word before = word_.load(std::memory_order_relaxed);
  while (true) {
    Word after = before;
    const auto todo = change(after);
    if (word_.compare_exchange_weak(before, after, std::memory_order_acq_rel,
                                    std::memory_order_relaxed)) {
      return todo;
    }
  }
}

namespace {
// Held by a Reading. For the whole process, so that no task needs one of its own; who waits
// for the reader of one task may then wait for that of another, which is as short.
constinit std::mutex g_reading;
}  // namespace

template <class Change>
auto State::update_unread(Change change) noexcept {
  while (true) {
    bool being_read = false;
    const auto todo = update([&](Word& word) {
      being_read = (word & kBeingRead) != 0;
      const Word before = word;
      const auto after = change(word);
      if (being_read) word = before;
      return after;
    });
    if (!being_read) [[likely]]
      return todo;
    const std::lock_guard until_it_was_read(g_reading);
  }
}

State::Reading::Reading(State& state) noexcept : lock_(g_reading), state_(state) {
  // acquire, by update(): what the last poll did is seen.
  found_ = state_.update([](Word& word) {
    if ((word & kComplete) != 0) return Activity::kComplete;
    if ((word & kRunning) != 0) return Activity::kRunning;
    const bool scheduled = (word & kScheduled) != 0;
    word |= kBeingRead;
    return scheduled ? Activity::kScheduled : Activity::kIdle;
  });
}

State::Reading::~Reading() {
  if (!may_read()) return;
  // release: pairs with the acquire in update(): the next poll comes after the reading.
  state_.word_.fetch_and(~kBeingRead, std::memory_order_release);
}

State::Start State::start_poll() noexcept {
  return update_unread([](Word& word) {
    assert((word & kScheduled) != 0 && "a task in a run queue is scheduled");
    if ((word & (kRunning | kComplete)) != 0) return Start::kGone;
    word = (word | kRunning) & ~kScheduled;
    return (word & kCancelled) != 0 ? Start::kCancel : Start::kPoll;
  });
}

State::End State::end_poll(bool woken) noexcept {
  return update([woken](Word& word) {
    assert((word & kRunning) != 0 && "only a running task can end its poll");
    if ((word & kCancelled) != 0) return End::kCancel;
    word &= ~kRunning;
    if (woken) word |= kScheduled;
    if ((word & kScheduled) != 0) return End::kSchedule;
    word -= kReference;
    assert(word / kReference > 0 && "the runtime's list holds every incomplete task");
    return End::kIdle;
  });
}

State::Wake State::wake_by_value() noexcept {
  return update([](Word& word) {
    if ((word & (kRunning | kComplete | kScheduled)) == 0) {
      word |= kScheduled;
      return Wake::kSchedule;
    }
    if ((word & kComplete) == 0) word |= kScheduled;
    word -= kReference;
    return word / kReference == 0 ? Wake::kFree : Wake::kNothing;
  });
}

State::Wake State::wake_by_ref() noexcept {
  return update([](Word& word) {
    if ((word & (kRunning | kComplete | kScheduled)) == 0) {
      word = (word | kScheduled) + kReference;
      return Wake::kSchedule;
    }
    if ((word & kComplete) == 0) word |= kScheduled;
    return Wake::kNothing;
  });
}

bool State::abort() noexcept {
  return update([](Word& word) {
    if ((word & kComplete) != 0) return false;
    word |= kCancelled;
    if ((word & (kRunning | kScheduled)) != 0) return false;
    word = (word | kScheduled) + kReference;
    return true;
  });
}

bool State::claim_for_shutdown() noexcept {
  return update_unread([](Word& word) {
    if ((word & kComplete) != 0) return false;
    word |= kCancelled;
    if ((word & kRunning) != 0) return false;
    word |= kRunning;
    return true;
  });
}

State::Joiner State::complete() noexcept {
  return update([](Word& word) {
    assert((word & (kRunning | kComplete)) == kRunning && "a task completes once, while running");
    word = (word & ~kRunning) | kComplete;
    return Joiner{(word & kJoinHandle) != 0, (word & kJoinWaker) != 0};
  });
}

bool State::return_join_waker() noexcept {
  return update([](Word& word) {
    word &= ~kJoinWaker;
    return (word & kJoinHandle) != 0;
  });
}

bool State::offer_join_waker() noexcept {
  return update([](Word& word) {
    if ((word & kComplete) != 0) return false;
    word |= kJoinWaker;
    return true;
  });
}

bool State::withdraw_join_waker() noexcept {
  return update([](Word& word) {
    if ((word & kComplete) != 0) return false;
    word &= ~kJoinWaker;
    return true;
  });
}

State::Leftover State::drop_join_handle() noexcept {
  return update([](Word& word) {
    word &= ~kJoinHandle;
    // While the task lives the handle may take its waker back. Afterwards the runtime may
    // be waking with it right now, and whoever comes second clears the slot.
    if ((word & kComplete) == 0) word &= ~kJoinWaker;
    return Leftover{(word & kComplete) != 0, (word & kJoinWaker) == 0};
  });
}

}  // namespace ari::task
