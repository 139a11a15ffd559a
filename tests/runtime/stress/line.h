// Line: holds a lock that one at a time has to its promise of fairness.
//
//   stress::InLine<LockFuture<Guard>> place(line, [&] { return mutex.lock(); });
//   auto guard = co_await place;
//
// A place in the line is a future's. Both are polled and destroyed under one mutex, so that
// the line knows in which order the lock was asked for. Who gets the lock must be the first
// of those who had to wait, or, if it did not have to, there must be nobody who has.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <memory>
#include <mutex>

#include "runtime/task/future.h"
#include "tests/runtime/poll_once.h"

namespace ari::stress {

struct Line {
  std::mutex mutex;
  std::deque<const void*> waiting;
};

template <Future F>
class InLine {
 public:
  template <class Make>
  InLine(Line& line, Make make) : line_(line), future_(test::boxed(make)) {}
  ~InLine() {
    const std::lock_guard lock(line_.mutex);
    future_.reset();
    leave();
  }
  InLine(const InLine&) = delete;
  InLine& operator=(const InLine&) = delete;

  Poll poll(Context& cx) noexcept {
    const std::lock_guard lock(line_.mutex);
    if (future_->poll(cx) == Poll::kPending) {
      if (!std::exchange(listed_, true)) line_.waiting.push_back(this);
      return Poll::kPending;
    }
    if (listed_) {
      EXPECT_EQ(line_.waiting.front(), this) << "got it before who came first";
      leave();
    } else {
      EXPECT_TRUE(line_.waiting.empty()) << "got it at once while others waited";
    }
    return Poll::kReady;
  }
  auto result() { return future_->result(); }

 private:
  void leave() noexcept {
    if (std::exchange(listed_, false)) std::erase(line_.waiting, this);
  }

  Line& line_;
  std::unique_ptr<F> future_;
  bool listed_ = false;
};

}  // namespace ari::stress
