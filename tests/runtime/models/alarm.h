// Alarm: whether one who waits was woken, for a model that polls the wait itself.
//
//   test::Alarm alarm;
//   const bool ready = co_await test::poll_with(wait, alarm, starved);   // false: it waits
//   …                                                                    // and gets served
//   co_await task::yield_now();
//   EXPECT_TRUE(alarm.has_rung());                                       // since the poll
//
// The waker that the wait is lent is that of a task that does nothing but count its polls. So a
// wait that is served and never told so, which would hang in a program, is seen at once.
#pragma once

#include <functional>
#include <utility>

#include "runtime/ari.h"

namespace ari::test {

// For the tasks of a current-thread runtime. Stays where it is.
class Alarm {
 public:
  // `on_ring` is called for each ring, in their order.
  explicit Alarm(std::function<void()> on_ring = [] {})
      : bell_(this), on_ring_(std::move(on_ring)), task_(spawn(rings(&bell_))) {}
  ~Alarm() { task_.abort(); }
  Alarm(const Alarm&) = delete;
  Alarm& operator=(const Alarm&) = delete;

  bool has_rung() const noexcept { return rings_ > 0; }
  void set() noexcept { rings_ = 0; }

  task::Header& task() const noexcept { return task_.task(); }

 private:
  // Polled for the first time it was not woken, but spawned.
  class Bell {
   public:
    explicit Bell(Alarm* alarm) noexcept : alarm_(alarm) {}
    Poll poll(Context&) noexcept {
      if (std::exchange(is_hung_, true)) {
        ++alarm_->rings_;
        alarm_->on_ring_();
      }
      return Poll::kPending;
    }

   private:
    Alarm* alarm_;
    bool is_hung_ = false;
  };
  static Task<void> rings(Bell* bell) { co_await *bell; }

  Bell bell_;
  int rings_ = 0;
  std::function<void()> on_ring_;
  JoinHandle<void> task_;
};

// Polls a future once; `starved`: with no budget left. Gives whether it was ready. If it has to
// wait, the alarm is set; not if it was starved, which is no wait for anything.
template <Future F>
class PollWithAlarm {
 public:
  PollWithAlarm(F& future, Alarm& alarm, bool starved) noexcept
      : future_(future), alarm_(alarm), starved_(starved) {}

  Poll poll(Context& outer) noexcept {
    const LentWaker waker(alarm_.task());
    Context cx(waker.get(), outer.scheduler());
    if (starved_) {
      while (!cx.is_exhausted()) static_cast<void>(cx.take_budget());
    }
    is_ready_ = future_.poll(cx) == Poll::kReady;
    if (!is_ready_ && !starved_) alarm_.set();
    return Poll::kReady;
  }
  bool result() const noexcept { return is_ready_; }

 private:
  F& future_;
  Alarm& alarm_;
  const bool starved_;
  bool is_ready_ = false;
};
template <Future F>
PollWithAlarm<F> poll_with(F& future, Alarm& alarm, bool starved) noexcept {
  return PollWithAlarm<F>(future, alarm, starved);
}

}  // namespace ari::test
