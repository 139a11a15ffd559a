#include "runtime/scheduler/parker.h"

namespace ari::scheduler {

void Parker::park(std::optional<std::chrono::steady_clock::time_point> deadline) noexcept {
  if (take_call() || spin()) return;

  begin_sleep();
  std::unique_lock lock(mutex_);
  Token token = Token::kNone;
  // acquire, here and below: as in take_call().
  if (token_.compare_exchange_strong(token, Token::kParked, std::memory_order_acquire)) {
    const auto was_called = [&] {
      return token_.load(std::memory_order_acquire) == Token::kCalled;
    };
    if (deadline) {
      called_.wait_until(lock, *deadline, was_called);
    } else {
      called_.wait(lock, was_called);
    }
  }
  end_sleep();
}

bool Parker::spin() noexcept {
  return spin_.is_due() && spin_.wait([this] {
    // relaxed: take_call() acquires; until then this only reads, which leaves the line alone.
    return token_.load(std::memory_order_relaxed) == Token::kCalled && take_call();
  });
}

void Parker::begin_sleep() noexcept {
  if (Spin::is_possible()) asleep_since_ = Spin::Clock::now();
}

void Parker::end_sleep() noexcept {
  const bool called = token_.exchange(Token::kNone, std::memory_order_acquire) == Token::kCalled;
  if (Spin::is_possible()) spin_.slept(Spin::Clock::now() - asleep_since_, called);
}

bool Parker::take_call() noexcept {
  Token token = Token::kCalled;
  // acquire: pairs with the release in unpark(), so that what was done before it is seen.
  return token_.compare_exchange_strong(token, Token::kNone, std::memory_order_acquire);
}

bool Parker::sleep_elsewhere() noexcept {
  if (spin()) return false;
  begin_sleep();
  Token token = Token::kNone;
  // acq_rel: with the exchange in unpark(), both ways. What was done before an unpark() is
  // seen here; what this thread sleeps in is seen by whoever has to rouse it.
  if (token_.compare_exchange_strong(token, Token::kAway, std::memory_order_acq_rel)) return true;
  token_.exchange(Token::kNone, std::memory_order_acquire);
  return false;
}

void Parker::wake_elsewhere() noexcept { end_sleep(); }

bool Parker::unpark() noexcept {
  // release: pairs with the acquires above. acquire: with the release in sleep_elsewhere().
  const Token before = token_.exchange(Token::kCalled, std::memory_order_acq_rel);
  if (before != Token::kParked) return before == Token::kAway;
  // The sleeper holds the mutex from before it says so until it waits: with it in our
  // hands, the notification cannot come in between.
  { const std::lock_guard lock(mutex_); }
  called_.notify_one();
  return false;
}

}  // namespace ari::scheduler
