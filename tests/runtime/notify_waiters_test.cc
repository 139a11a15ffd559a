// Notify::notify_waiters() between two of its wakes, when the Notify is not locked: what others
// may do then, forced by a subscriber that does it as the first waiter is woken.
#include <gtest/gtest.h>

#include <functional>
#include <memory>

#include "runtime/ari.h"
#include "tests/runtime/at_first_wake.h"
#include "tests/runtime/poll_once.h"

namespace ari::sync {
namespace {

// Three that wait. They are polled inside of one task, whose wakers are told only if somebody
// listened when it was spawned.
struct Three {
  Notify notify;
  std::unique_ptr<Notified> first = wait(), second = wait(), third = wait();

  std::unique_ptr<Notified> wait() {
    return test::boxed([this] { return notify.notified(); });
  }
};

enum class Meanwhile { kSecondGoes, kAllOthersGo, kNotifyOne, kSecondIsEnabled };

Task<void> broadcasts(Meanwhile what, std::function<void()>* at_first_wake) {
  Three three;
  for (auto* wait : {&three.first, &three.second, &three.third}) {
    const bool is_ready = co_await test::poll_once(**wait);
    EXPECT_FALSE(is_ready);
  }
  bool was_enabled = false;
  *at_first_wake = [&] {
    switch (what) {
      case Meanwhile::kSecondGoes:
        three.second.reset();
        break;
      case Meanwhile::kAllOthersGo:
        three.second.reset();
        three.third.reset();
        break;
      case Meanwhile::kNotifyOne:
        three.notify.notify_one();
        break;
      case Meanwhile::kSecondIsEnabled:
        was_enabled = three.second->enable();
        break;
    }
  };
  three.notify.notify_waiters();
  for (auto* wait : {&three.first, &three.second, &three.third}) {
    if (*wait == nullptr || (was_enabled && wait == &three.second)) continue;
    const bool is_ready = co_await test::poll_once(**wait);
    EXPECT_TRUE(is_ready);
  }
  EXPECT_EQ(was_enabled, what == Meanwhile::kSecondIsEnabled);
  // Who waits from now on: let through by the notification that came meanwhile, or by none.
  auto later = three.wait();
  const bool is_let_through = co_await test::poll_once(*later);
  EXPECT_EQ(is_let_through, what == Meanwhile::kNotifyOne);
}

void run(Meanwhile what) {
  std::function<void()> at_first_wake;
  test::AtFirstWake acting([&] { at_first_wake(); });
  Runtime().block_on(broadcasts(what, &at_first_wake));
  EXPECT_TRUE(acting.has_acted());
}

TEST(NotifyWaiters, WaiterThatGoesBetweenTwoWakesIsLeftOut) { run(Meanwhile::kSecondGoes); }
TEST(NotifyWaiters, EndsWhereAllThatAreLeftGo) { run(Meanwhile::kAllOthersGo); }
TEST(NotifyWaiters, NotifyOneBetweenTwoWakesIsForNoneOfThem) { run(Meanwhile::kNotifyOne); }
TEST(NotifyWaiters, WaiterThatIsAskedBetweenTwoWakesKnows) { run(Meanwhile::kSecondIsEnabled); }

}  // namespace
}  // namespace ari::sync
