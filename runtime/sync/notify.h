// Notify: tells a task that something has happened, with no value.
//
//   ari::sync::Notify news;
//   co_await news.notified();     // one task waits …
//   news.notify_one();            // … another, or any thread, wakes it
//
// notify_one() wakes the task that has waited longest; if none waits, it leaves a permit
// (one, however often it is called) and the next to wait goes through at once. Tasks that
// share a Notify usually hold it by shared_ptr: it must live as long as its waiters, which
// those of notified_owned() see to. Any thread may use it. In logs it is a resource "Notify" with
// the attributes `permit` and `waiters`, and one async op "Notify::notified" for each notified().
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <source_location>
#include <utility>

#include "runtime/sync/wait_list.h"
#include "runtime/task/future.h"
#include "runtime/trace/resource.h"

namespace ari::sync {

class Notified;

class Notify {
 public:
  // `at` is where the log says that it was made; give it to std::make_shared, which would
  // otherwise name a file of the standard library.
  explicit Notify(std::source_location at = std::source_location::current()) noexcept;
  Notify(const Notify&) = delete;
  Notify& operator=(const Notify&) = delete;

  // A Future that is ready once this Notify is used. It counts as waiting for
  // notify_waiters() from here on, for notify_one() from its first poll on.
  Notified notified() noexcept;

  // Wakes the task that has waited longest, or leaves a permit.
  void notify_one() noexcept { notify(Chosen::kFirst); }

  // Wakes the task that came last, or leaves a permit: where that one has most of what it needs in
  // the cache still. Those who came before may wait for ever.
  void notify_last() noexcept { notify(Chosen::kLast); }

  // Wakes every task that waits, and lets through each notified() made before now. Leaves
  // no permit. A notify_one() that comes meanwhile is for none of those.
  void notify_waiters() noexcept;

 private:
  friend class Notified;

  // How far a Notified is.
  enum class Progress : std::uint8_t {
    kNew,        // not polled yet
    kWaiting,    // listed
    kChosen,     // off the list, by notify_one() or notify_last()
    kBroadcast,  // off the list, by notify_waiters()
    kDone,       // said kReady
  };

  // Who of those that wait.
  enum class Chosen : std::uint8_t { kFirst, kLast };
  void notify(Chosen which) noexcept;

  // These require the mutex, and the resource to be entered: they tell the change. Lists
  // `waiter` last; takes it off, whichever list it is on, the second with its waker.
  void join(Notified& waiter, const Waker& waker) noexcept;
  void part(Notified& waiter) noexcept;
  Waker take_off(Notified& waiter, Progress to) noexcept;
  void set_permit(bool there) noexcept;
  void update_waiters(const char* op, int count) noexcept;

  trace::Span resource_;
  std::mutex mutex_;
  bool permit_ = false;
  // Calls of notify_waiters(). Changes under the mutex; read without by who begins to wait.
  std::atomic<std::uint64_t> broadcasts_{0};
  WaitList waiters_;  // but for those that a broadcast is about to wake
};

// One wait. A Future; stays where it is. One that is destroyed after notify_one() chose it
// and before it got on passes the notification to the next; after notify_last(), to the last.
class [[nodiscard("does nothing until it is co_awaited")]] Notified : private Waiter {
 public:
  explicit Notified(Notify& notify) noexcept;
  ~Notified();
  Notified(const Notified&) = delete;
  Notified& operator=(const Notified&) = delete;

  Poll poll(Context& cx) noexcept;

  // Counts as waiting for notify_one() from here on, as after a first poll: for who looks then
  // whether there is anything to wait for. True: it was notified already, with a notification
  // that is its own now, and co_await is ready at once.
  //
  //   auto notified = news.notified();
  //   notified.enable();
  //   if (queue.empty()) co_await notified;      // no notification since is missed
  bool enable() noexcept;

  task::Wait wait() const noexcept { return {"Notify::notified", notify_.resource_.id()}; }

 private:
  friend class Notify;

  using Progress = Notify::Progress;
  Poll advance(const Waker& waker) noexcept;
  // These require the mutex. The first time, with no waker or one; later, whether it was notified.
  Poll begin(const Waker& waker) noexcept;
  bool take_notification() noexcept;
  // Whether there was a notify_waiters() since it was made.
  bool is_behind_broadcast() const noexcept;

  Notify& notify_;
  std::optional<trace::AsyncOp> op_;
  const std::uint64_t broadcasts_before_;
  bool engaged_ = false;  // of its own task: was listed, and has not said kReady
  // The rest is guarded by the Notify's mutex.
  Progress progress_ = Progress::kNew;
  Notify::Chosen chosen_ = Notify::Chosen::kFirst;  // as who, once it was
};

// The same with a share in the Notify, which is to be waited for from now on.
class [[nodiscard("does nothing until it is co_awaited")]] OwnedNotified {
 public:
  explicit OwnedNotified(std::shared_ptr<Notify> notify) noexcept
      : notify_(std::move(notify)), notified_(*notify_) {}

  Poll poll(Context& cx) noexcept { return notified_.poll(cx); }
  bool enable() noexcept { return notified_.enable(); }
  task::Wait wait() const noexcept { return notified_.wait(); }

 private:
  const std::shared_ptr<Notify> notify_;
  Notified notified_;
};

inline OwnedNotified notified_owned(std::shared_ptr<Notify> notify) noexcept {
  return OwnedNotified(std::move(notify));
}

inline Notified Notify::notified() noexcept { return Notified(*this); }

}  // namespace ari::sync
