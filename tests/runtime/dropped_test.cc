// What is made of branches, dropped in every state: all that was in it is destroyed, once.
// What leaks, or is touched after its end, the sanitizers tell.
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "runtime/ari.h"
#include "tests/runtime/belonging.h"
#include "tests/runtime/recorder.h"

namespace ari {
namespace {

using std::chrono::hours;
using sync::CancellationToken;
using sync::Notify;
using test::Belonging;

// Ends when it is told to, at some depth and with something in each frame.
Task<Belonging> ends_on(std::shared_ptr<Notify> notify, Belonging belonging, int depth) {
  const Belonging local = belonging;
  if (depth == 0) {
    co_await notify->notified();
    co_return belonging;
  }
  Belonging below = co_await ends_on(notify, belonging, depth - 1);
  co_return below;
}
Task<Belonging> sleeps(Belonging belonging) {
  co_await time::sleep(hours(1));
  co_return belonging;
}

inline constexpr TaskLocal<int> kLocal;

// Polls a future, ready or not, and never goes on: its result is never taken.
template <class F>
class Holds {
 public:
  explicit Holds(F& future) : future_(future) {}
  Poll poll(Context& cx) noexcept {
    if (!ready_) ready_ = future_.poll(cx) == Poll::kReady;
    return Poll::kPending;
  }

 private:
  F& future_;
  bool ready_ = false;
};
template <class F>
Task<void> waits_for(F& future, bool take) {
  if (take) {
    co_await future;
  } else {
    Holds<F> holds(future);
    co_await holds;
  }
}

enum class Kind {
  kSelect,
  kNestedSelect,
  kJoin,
  kTryJoin,
  kUnconstrained,
  kScope,
  kRunUntilCancelled,
  kJoinNext,
  kCancelled,
};
constexpr Kind kKinds[] = {Kind::kSelect,   Kind::kNestedSelect,  Kind::kJoin,
                           Kind::kTryJoin,  Kind::kUnconstrained, Kind::kScope,
                           Kind::kJoinNext, Kind::kCancelled,     Kind::kRunUntilCancelled};

Task<void> waits(Kind kind, std::shared_ptr<Notify> notify, CancellationToken token, Belonging b,
                 bool take) {
  // What is awaited has a name, and refers to what has one.
  auto sleep = time::sleep(hours(1));
  switch (kind) {
    case Kind::kSelect: {
      auto future = select(sleeps(b), ends_on(notify, b, 3), sleep);
      co_await waits_for(future, take);
      break;
    }
    case Kind::kNestedSelect: {
      auto inner = select(ends_on(notify, b, 1), sleeps(b));
      auto future = select(inner, sleep, sleeps(b));
      co_await waits_for(future, take);
      break;
    }
    case Kind::kJoin: {
      auto future = join(ends_on(notify, b, 0), ends_on(notify, b, 3));
      co_await waits_for(future, take);
      break;
    }
    case Kind::kTryJoin: {
      auto future = try_join(ends_on(notify, b, 2), ends_on(notify, b, 0));
      co_await waits_for(future, take);
      break;
    }
    case Kind::kUnconstrained: {
      auto future = task::unconstrained(ends_on(notify, b, 3));
      co_await waits_for(future, take);
      break;
    }
    case Kind::kScope: {
      auto future = kLocal.scope(1, ends_on(notify, b, 3));
      co_await waits_for(future, take);
      break;
    }
    case Kind::kRunUntilCancelled: {
      auto future = token.run_until_cancelled(ends_on(notify, b, 3));
      co_await waits_for(future, take);
      break;
    }
    case Kind::kJoinNext: {
      JoinSet<Belonging> set;
      set.spawn(ends_on(notify, b, 3));
      set.spawn(sleeps(b));
      auto future = set.join_next();
      co_await waits_for(future, take);
      break;
    }
    case Kind::kCancelled: {
      auto future = token.cancelled();
      co_await waits_for(future, take);
      break;
    }
  }
}

enum class State { kNew, kSuspended, kWoken, kReadyNotTaken, kEnded };
constexpr State kStates[] = {State::kNew, State::kSuspended, State::kWoken, State::kReadyNotTaken,
                             State::kEnded};

Task<void> turns(int n) {
  for (int i = 0; i < n; ++i) co_await task::yield_now();
}

Task<void> drops(Kind kind, State state, int* alive) {
  auto notify = std::make_shared<Notify>();
  const CancellationToken token;
  auto handle =
      spawn(waits(kind, notify, token, Belonging(*alive), state != State::kReadyNotTaken));
  if (state != State::kNew) {
    co_await turns(2);
    EXPECT_FALSE(handle.is_finished());
  }
  if (state == State::kWoken || state == State::kReadyNotTaken || state == State::kEnded) {
    notify->notify_waiters();
    if (kind == Kind::kCancelled) token.cancel();
  }
  if (state == State::kReadyNotTaken || state == State::kEnded) co_await turns(4);
  EXPECT_EQ(handle.is_finished(), state == State::kEnded);
  handle.abort();
  const AbortHandle ended = handle.abort_handle();
  std::move(handle).detach();
  co_await turns(3);
  EXPECT_TRUE(ended.is_finished());
  EXPECT_EQ(*alive, 0);
}

void expect_every_span_closed(const test::Recorder& recorder) {
  int opened = 0, closed = 0, entered = 0, left = 0;
  for (const std::string& line : recorder.lines()) {
    const std::string what = line.substr(line.find(" | ") + 3);
    if (what == "new") ++opened;
    if (what.starts_with("close")) ++closed;
    if (what == "enter" || what == "destroy") ++entered;
    if (what == "exit") ++left;
  }
  EXPECT_GT(opened, 1);
  EXPECT_EQ(opened, closed);
  EXPECT_EQ(entered, left);
}

TEST(Dropped, InEveryStateDestroysWhatIsInIt) {
  for (const bool heard : {false, true}) {
    for (const Kind kind : kKinds) {
      for (const State state : kStates) {
        SCOPED_TRACE(std::string(heard ? "heard" : "unheard") + ", kind " +
                     std::to_string(static_cast<int>(kind)) + ", state " +
                     std::to_string(static_cast<int>(state)));
        std::optional<test::Recorder> recorder;
        if (heard) recorder.emplace();
        int alive = 0;
        Runtime().block_on(drops(kind, state, &alive));
        EXPECT_EQ(alive, 0);
        if (heard) expect_every_span_closed(*recorder);
      }
    }
  }
}

TEST(Dropped, WithTheRuntimeDestroysWhatIsInIt) {
  for (const Kind kind : kKinds) {
    for (const bool polled : {false, true}) {
      SCOPED_TRACE("kind " + std::to_string(static_cast<int>(kind)) + (polled ? ", polled" : ""));
      int alive = 0;
      {
        auto notify = std::make_shared<Notify>();
        Runtime runtime;
        runtime.spawn(waits(kind, notify, CancellationToken(), Belonging(alive), true)).detach();
        if (polled) runtime.block_on(turns(2));
        EXPECT_GT(alive, 0);
      }
      EXPECT_EQ(alive, 0);
    }
  }
}

// Made, and never awaited.
TEST(Dropped, OutsideOfAnyTaskDestroysWhatIsInIt) {
  int alive = 0;
  {
    const Belonging b(alive);
    auto selecting = select(sleeps(b), sleeps(b));
    auto joining = join(sleeps(b), sleeps(b));
    auto scoped = kLocal.scope(1, sleeps(b));
    EXPECT_GE(alive, 5);
  }
  EXPECT_EQ(alive, 0);
}

// Wakers that a dropped branch left behind wake the task, which has gone on, and do no harm.
Task<int> goes_on_after_a_lost_branch_is_woken() {
  auto notify = std::make_shared<Notify>();
  auto channel = sync::oneshot::channel<int>();
  auto first = co_await select_biased(channel.second, notify->notified(), task::yield_now());
  EXPECT_EQ(first.index(), 2u);
  EXPECT_FALSE(channel.first.send(3));
  auto value = co_await channel.second;
  co_return value.value_or(0);
}

TEST(Dropped, ANamedFutureThatLostIsStillGood) {
  EXPECT_EQ(Runtime().block_on(goes_on_after_a_lost_branch_is_woken()), 3);
}

}  // namespace
}  // namespace ari
