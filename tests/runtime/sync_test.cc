// Notify and oneshot: who is woken, and what gets through.
#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "runtime/ari.h"
#include "tests/runtime/poll_once.h"

namespace ari {
namespace {

using sync::Notify;
namespace oneshot = sync::oneshot;

Task<void> waits(std::shared_ptr<Notify> notify, std::shared_ptr<std::string> woken, char name) {
  co_await notify->notified();
  *woken += name;
}

struct Waiters {
  std::shared_ptr<Notify> notify = std::make_shared<Notify>();
  std::shared_ptr<std::string> woken = std::make_shared<std::string>();
  std::vector<JoinHandle<void>> handles;

  void add(std::string_view names) {
    for (const char name : names) handles.push_back(spawn(waits(notify, woken, name)));
  }
};

Task<void> some_turns() {
  for (int i = 0; i < 3; ++i) co_await task::yield_now();
}

Task<std::string> one_by_one() {
  Waiters waiters;
  waiters.add("abc");
  co_await some_turns();
  waiters.notify->notify_one();
  waiters.notify->notify_one();
  co_await some_turns();
  co_return *waiters.woken;
}
TEST(Notify, OneAtATimeTheLongestWaitingFirst) {
  EXPECT_EQ(Runtime().block_on(one_by_one()), "ab");
}

Task<std::string> permit() {
  Waiters waiters;
  waiters.notify->notify_one();
  waiters.notify->notify_one();  // there is but one permit
  waiters.add("ab");
  co_await some_turns();
  co_return *waiters.woken;
}
TEST(Notify, LeavesOnePermitWhenNobodyWaits) { EXPECT_EQ(Runtime().block_on(permit()), "a"); }

Task<std::string> everybody() {
  Waiters waiters;
  waiters.add("abc");
  co_await some_turns();
  waiters.notify->notify_waiters();
  waiters.add("d");  // too late
  co_await some_turns();
  co_return *waiters.woken;
}
TEST(Notify, WaitersAreAllWokenAndNoPermitStays) {
  EXPECT_EQ(Runtime().block_on(everybody()), "abc");
}

Task<void> waits_for_broadcast(Notify* notify, std::atomic<bool>* waits) {
  auto notified = notify->notified();
  *waits = true;
  co_await notified;
}
TEST(Notify, MayBeDestroyedByTheLastThatABroadcastWakes) {
  Runtime runtime;
  for (int i = 0; i < 500; ++i) {
    auto notify = std::make_unique<Notify>();
    std::atomic<bool> waits{false};
    std::thread broadcasting([&waits, to = notify.get()] {
      while (!waits) std::this_thread::yield();
      to->notify_waiters();
    });
    runtime.block_on(waits_for_broadcast(notify.get(), &waits));
    notify.reset();
    broadcasting.join();
  }
}

Task<bool> made_before() {
  Notify notify;
  auto notified = notify.notified();
  notify.notify_waiters();
  co_await notified;
  co_return true;
}
TEST(Notify, WaitMadeBeforeABroadcastGoesThroughThoughNotPolled) {
  EXPECT_TRUE(Runtime().block_on(made_before()));
}

Task<bool> takes_the_permit_too() {
  Notify notify;
  auto notified = notify.notified();
  notify.notify_one();
  notify.notify_waiters();
  co_await notified;
  auto next = notify.notified();
  const bool is_ready = co_await test::poll_once(next);
  co_return !is_ready;
}
TEST(Notify, WaitMadeBeforeAPermitAndABroadcastTakesThePermit) {
  EXPECT_TRUE(Runtime().block_on(takes_the_permit_too()));
}

Task<std::string> passes_on() {
  Waiters waiters;
  waiters.add("ab");
  co_await some_turns();
  waiters.notify->notify_one();  // chooses a …
  waiters.handles[0].abort();    // … which is gone before it could run
  co_await some_turns();
  co_return *waiters.woken;
}
TEST(Notify, ChosenAndDestroyedPassesTheNotificationOn) {
  EXPECT_EQ(Runtime().block_on(passes_on()), "b");
}

Task<std::string> last_first() {
  Waiters waiters;
  waiters.add("abcd");
  co_await some_turns();
  waiters.notify->notify_last();  // chooses d …
  waiters.handles[3].abort();     // … which is gone before it could run: the last then is c
  co_await some_turns();
  waiters.notify->notify_one();
  co_await some_turns();
  waiters.notify->notify_last();
  co_await some_turns();
  co_return *waiters.woken;
}
TEST(Notify, NotifyLastWakesTheOneThatCameLast) {
  EXPECT_EQ(Runtime().block_on(last_first()), "cab");
}

Task<void> permit_of_notify_last() {
  Notify notify;
  notify.notify_last();
  notify.notify_last();
  co_await notify.notified();
  auto next = notify.notified();
  const bool is_ready = co_await test::poll_once(next);
  EXPECT_FALSE(is_ready) << "one permit, however often it is called";
}
TEST(Notify, NotifyLastLeavesAPermitWhenNobodyWaits) {
  Runtime().block_on(permit_of_notify_last());
}

Task<void> outlives_its_owner() {
  auto notify = std::make_shared<Notify>();
  const std::weak_ptr<Notify> alive = notify;
  {
    auto waits = notified_owned(std::move(notify));
    const bool is_ready = co_await test::poll_once(waits);
    EXPECT_FALSE(is_ready);
    alive.lock()->notify_one();
    co_await waits;
  }
  EXPECT_TRUE(alive.expired());
}
TEST(Notify, OwnedWaitKeepsItAlive) { Runtime().block_on(outlives_its_owner()); }

Task<std::string> leaves() {
  Waiters waiters;
  waiters.add("abc");
  co_await some_turns();
  waiters.handles[1].abort();
  co_await some_turns();
  waiters.notify->notify_one();
  waiters.notify->notify_one();
  co_await some_turns();
  co_return *waiters.woken;
}
TEST(Notify, DestroyedWhileWaitingIsNotChosen) { EXPECT_EQ(Runtime().block_on(leaves()), "ac"); }

Task<void> enables() {
  Notify notify;
  auto first = test::boxed([&] { return notify.notified(); });
  auto second = test::boxed([&] { return notify.notified(); });
  EXPECT_FALSE(first->enable());
  EXPECT_FALSE(first->enable()) << "it waits already, in its place";
  EXPECT_FALSE(second->enable());
  notify.notify_one();
  EXPECT_FALSE(second->enable()) << "the first has waited longer";
  const bool first_ready = co_await test::poll_once(*first);
  EXPECT_TRUE(first_ready);
  const bool second_ready = co_await test::poll_once(*second);
  EXPECT_FALSE(second_ready);

  // Enabled again, who waits keeps its waker.
  EXPECT_FALSE(second->enable());
  notify.notify_waiters();
  EXPECT_TRUE(second->enable());
  EXPECT_TRUE(second->enable());
  co_await *second;

  // A permit is taken at once, and stays taken.
  notify.notify_one();
  auto third = test::boxed([&] { return notify.notified(); });
  EXPECT_TRUE(third->enable());
  third.reset();
  auto fourth = notify.notified();
  EXPECT_FALSE(fourth.enable());
}
TEST(Notify, EnabledWaitCountsAsPolled) { Runtime().block_on(enables()); }

Task<bool> enabled_and_dropped() {
  Notify notify;
  auto chosen = test::boxed([&] { return notify.notified(); });
  auto next = notify.notified();
  EXPECT_FALSE(chosen->enable());
  EXPECT_FALSE(next.enable());
  notify.notify_one();
  chosen.reset();
  const bool ready = co_await test::poll_once(next);
  co_return ready;
}
TEST(Notify, EnabledThatIsChosenAndDestroyedPassesTheNotificationOn) {
  EXPECT_TRUE(Runtime().block_on(enabled_and_dropped()));
}

// Polled first and enabled then, it is woken as before.
Task<void> polls_then_enables(Notify* notify, std::atomic<bool>* waits) {
  auto notified = notify->notified();
  const bool ready = co_await test::poll_once(notified);
  EXPECT_FALSE(ready);
  EXPECT_FALSE(notified.enable());
  waits->store(true);
  co_await notified;
}
TEST(Notify, EnableLeavesTheWakerInPlace) {
  Notify notify;
  std::atomic<bool> waits{false};
  std::thread other([&] { Runtime().block_on(polls_then_enables(&notify, &waits)); });
  while (!waits.load()) std::this_thread::yield();
  notify.notify_one();
  other.join();
}

Task<void> waits_often(std::shared_ptr<Notify> there, std::shared_ptr<Notify> back, int rounds) {
  for (int i = 0; i < rounds; ++i) {
    co_await there->notified();
    back->notify_one();
  }
}

TEST(Notify, TwoRuntimesOnTwoThreadsTakeTurns) {
  constexpr int kRounds = 2000;
  auto ping = std::make_shared<Notify>();
  auto pong = std::make_shared<Notify>();
  std::thread other([&] { Runtime().block_on(waits_often(pong, ping, kRounds)); });
  ping->notify_one();
  Runtime().block_on(waits_often(ping, pong, kRounds));
  other.join();
}

// ---- oneshot

Task<std::optional<std::string>> receives(oneshot::Receiver<std::string> receiver) {
  std::optional<std::string> got = co_await receiver;
  co_return got;
}

TEST(Oneshot, ValueSentBeforeOrAfterTheAwaitArrives) {
  Runtime runtime;
  auto [sender, receiver] = oneshot::channel<std::string>();
  EXPECT_EQ(sender.send("early"), std::nullopt);
  EXPECT_EQ(runtime.block_on(receives(std::move(receiver))), "early");

  struct Late {
    static Task<std::optional<std::string>> program() {
      auto [late_sender, late_receiver] = oneshot::channel<std::string>();
      auto handle = spawn(receives(std::move(late_receiver)));
      co_await task::yield_now();
      EXPECT_FALSE(late_sender.send("late"));
      std::optional<std::string> got = co_await handle;
      co_return got;
    }
  };
  EXPECT_EQ(runtime.block_on(Late::program()), "late");
}

TEST(Oneshot, SenderDroppedGivesNothing) {
  auto channel = oneshot::channel<std::string>();
  { const auto dropped = std::move(channel.first); }
  EXPECT_EQ(Runtime().block_on(receives(std::move(channel.second))), std::nullopt);
}

TEST(Oneshot, ReceiverGoneGivesTheValueBack) {
  auto channel = oneshot::channel<std::string>();
  EXPECT_FALSE(channel.first.is_closed());
  { const auto dropped = std::move(channel.second); }
  EXPECT_TRUE(channel.first.is_closed());
  EXPECT_EQ(channel.first.send("nobody there"), "nobody there");
}

TEST(Oneshot, ValuesThatNobodyTakesAreDestroyed) {
  auto value = std::make_shared<int>(1);
  {
    auto channel = oneshot::channel<std::shared_ptr<int>>();
    EXPECT_FALSE(channel.first.send(value));
    EXPECT_EQ(value.use_count(), 2);
  }
  EXPECT_EQ(value.use_count(), 1);
}

TEST(Oneshot, SentFromAnotherThreadEachTime) {
  Runtime runtime;
  for (int i = 0; i < 300; ++i) {
    auto [sender, receiver] = oneshot::channel<std::string>();
    std::thread other([s = std::move(sender), i]() mutable {
      if (i % 3 != 0) {
        EXPECT_FALSE(s.send(std::to_string(i)));
      }
    });
    const auto got = runtime.block_on(receives(std::move(receiver)));
    other.join();
    EXPECT_EQ(got.has_value(), i % 3 != 0);
    if (got) {
      EXPECT_EQ(*got, std::to_string(i));
    }
  }
}

// Polls the receiver it is given once, under whichever task it is in.
class PollOnce {
 public:
  explicit PollOnce(std::shared_ptr<oneshot::Receiver<std::string>> receiver)
      : receiver_(std::move(receiver)) {}
  Poll poll(Context& cx) noexcept {
    EXPECT_EQ(receiver_->poll(cx), Poll::kPending);
    return Poll::kReady;
  }

 private:
  std::shared_ptr<oneshot::Receiver<std::string>> receiver_;
};
Task<void> polls_once(std::shared_ptr<oneshot::Receiver<std::string>> receiver) {
  PollOnce once(std::move(receiver));
  co_await once;
}
Task<std::optional<std::string>> receives_shared(
    std::shared_ptr<oneshot::Receiver<std::string>> receiver) {
  std::optional<std::string> got = co_await *receiver;
  co_return got;
}
Task<std::optional<std::string>> changes_hands() {
  auto [sender, receiver] = oneshot::channel<std::string>();
  auto shared = std::make_shared<oneshot::Receiver<std::string>>(std::move(receiver));
  auto first = spawn(polls_once(shared));
  co_await first;
  auto second = spawn(receives_shared(shared));
  co_await task::yield_now();
  EXPECT_FALSE(sender.send("to the second"));
  std::optional<std::string> got = co_await second;
  co_return got;
}
TEST(Oneshot, WakesTheTaskThatPolledLast) {
  EXPECT_EQ(Runtime().block_on(changes_hands()), "to the second");
}

}  // namespace
}  // namespace ari
