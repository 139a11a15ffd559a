// Parker: where a thread sleeps until another has work for it.
//
// unpark() leaves a token; park() takes it, or sleeps until there is one. So an unpark
// between the last look for work and the park is not lost. One thread parks; any unparks.
//
// Where calls come at once the thread looks out for them a moment before it sleeps (spin.h).
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>

#include "runtime/scheduler/spin.h"

namespace ari::scheduler {

class Parker {
 public:
  // Sleeps until unpark() or the deadline, if there is one.
  void park(std::optional<std::chrono::steady_clock::time_point> deadline) noexcept;

  // What park() would do with a deadline that has passed: true if unpark() was called.
  bool take_call() noexcept;

  // For a thread that sleeps in something else and can be roused there. True: it may, and
  // an unpark() before wake_elsewhere() is told so. False: unpark() was called, before or while
  // it looked out for that.
  [[nodiscard]] bool sleep_elsewhere() noexcept;
  void wake_elsewhere() noexcept;

  // True, for a thread that sleeps elsewhere only: it does, and the caller has to rouse it.
  bool unpark() noexcept;

 private:
  enum class Token : unsigned char {
    kNone,    // nobody sleeps, nobody called
    kParked,  // the thread sleeps or is about to
    kAway,    // the same, elsewhere
    kCalled,  // unpark() was called and park() has not answered
  };
  // Whether unpark() was called in the moment before a sleep.
  bool spin() noexcept;
  void begin_sleep() noexcept;
  void end_sleep() noexcept;

  std::atomic<Token> token_{Token::kNone};
  Spin spin_;
  Spin::Clock::time_point asleep_since_;
  std::mutex mutex_;
  std::condition_variable called_;
};

}  // namespace ari::scheduler
