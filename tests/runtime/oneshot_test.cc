// oneshot: how it is closed, and what each end learns of the other. What gets through is in
// sync_test.cc.
#include "runtime/sync/oneshot.h"

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>

#include "runtime/ari.h"
#include "tests/runtime/poll_once.h"
#include "tests/runtime/recorder.h"

namespace ari {
namespace {

namespace oneshot = sync::oneshot;
using sync::NoValue;
using test::poll_once;

TEST(OneshotClose, TryRecvSaysWhyNot) {
  auto [tx, rx] = oneshot::channel<std::unique_ptr<int>>();
  EXPECT_EQ(rx.try_recv().error(), NoValue::kEmpty);
  EXPECT_FALSE(tx.send(std::make_unique<int>(1)));
  EXPECT_EQ(**rx.try_recv(), 1);
  EXPECT_EQ(rx.try_recv().error(), NoValue::kClosed) << "there is but one value";

  auto unsent = oneshot::channel<int>();
  { const auto gone = std::move(unsent.first); }
  EXPECT_EQ(unsent.second.try_recv().error(), NoValue::kClosed);
}

Task<void> closes_first() {
  auto [tx, rx] = oneshot::channel<int>();
  rx.close();
  EXPECT_TRUE(tx.is_closed());
  EXPECT_EQ(tx.send(1), 1) << "the value comes back";
  const std::optional<int> got = co_await rx;
  EXPECT_FALSE(got);
}
TEST(OneshotClose, NothingIsSentAfterwards) { Runtime().block_on(closes_first()); }

Task<void> awaits_closed() {
  auto [tx, rx] = oneshot::channel<int>();
  rx.close();
  const std::optional<int> got = co_await rx;  // at once, though the sender is there
  EXPECT_FALSE(got);
  EXPECT_EQ(rx.try_recv().error(), NoValue::kClosed);
}
TEST(OneshotClose, AwaitingWhatWasClosedDoesNotWaitForTheSender) {
  Runtime().block_on(awaits_closed());
}

Task<void> awaits_twice() {
  auto [tx, rx] = oneshot::channel<int>();
  EXPECT_FALSE(tx.send(1));
  const std::optional<int> got = co_await rx;
  EXPECT_EQ(got, 1);
  std::string error;
  try {
    co_await rx;
  } catch (const std::logic_error& thrown) {
    error = thrown.what();
  }
  EXPECT_EQ(error,
            "ari: a oneshot receiver was awaited that had received already, or was moved from");
}
TEST(OneshotClose, AwaitingWhatWasReceivedThrows) { Runtime().block_on(awaits_twice()); }

Task<std::string> blocks_in_a_task() {
  auto [tx, rx] = oneshot::channel<int>();
  std::string error;
  try {
    rx.blocking_recv();
  } catch (const std::logic_error& thrown) {
    error = thrown.what();
  }
  co_return error;
}
TEST(OneshotClose, BlockingRecvInATaskSaysWhatToDo) {
  EXPECT_EQ(Runtime().block_on(blocks_in_a_task()),
            "ari: blocking_recv() was called on a thread that is running a runtime already "
            "(co_await the receiver instead)");
}

Task<void> closes_too_late(bool try_recv) {
  auto [tx, rx] = oneshot::channel<int>();
  EXPECT_FALSE(tx.send(1));
  rx.close();
  if (try_recv) {
    EXPECT_EQ(*rx.try_recv(), 1);
  } else {
    const std::optional<int> got = co_await rx;
    EXPECT_EQ(got, 1);
  }
}
TEST(OneshotClose, ValueSentBeforeIsStillReceived) {
  Runtime().block_on(closes_too_late(true));
  Runtime().block_on(closes_too_late(false));
}

Task<bool> waits_for_close(std::shared_ptr<oneshot::Sender<int>> tx) {
  co_await tx->closed();
  co_return tx->is_closed();
}
Task<void> close_wakes(bool drop) {
  auto [sender, receiver] = oneshot::channel<int>();
  auto tx = std::make_shared<oneshot::Sender<int>>(std::move(sender));
  std::optional<oneshot::Receiver<int>> rx(std::move(receiver));
  {
    auto cancelled = tx->closed();
    const bool ready = co_await poll_once(cancelled);
    EXPECT_FALSE(ready);
  }
  auto waiting = spawn(waits_for_close(tx));  // another task: it has to take the first's place
  co_await task::yield_now();
  EXPECT_FALSE(waiting.is_finished());
  if (drop) {
    rx.reset();
  } else {
    rx->close();
  }
  const bool closed = co_await waiting;
  EXPECT_TRUE(closed);
  co_await tx->closed();  // at once
}
TEST(OneshotClose, ClosedIsReadyOnceTheReceiverClosesOrGoes) {
  Runtime().block_on(close_wakes(false));
  Runtime().block_on(close_wakes(true));
}

TEST(OneshotClose, ClosedFromAnotherThreadEachTime) {
  Runtime runtime;
  for (int i = 0; i < 300; ++i) {
    auto [sender, receiver] = oneshot::channel<int>();
    std::thread other([rx = std::move(receiver), i]() mutable {
      if (i % 2 == 0) rx.close();
      const auto gone = std::move(rx);
    });
    EXPECT_TRUE(runtime.block_on(
        waits_for_close(std::make_shared<oneshot::Sender<int>>(std::move(sender)))));
    other.join();
  }
}

// A send and a close race: the value is received, or comes back, and never both or neither.
TEST(OneshotClose, RacingWithASendLosesNoValue) {
  for (int i = 0; i < 500; ++i) {
    auto [tx, rx] = oneshot::channel<int>();
    std::optional<int> back;
    std::thread other([&back, sender = std::move(tx)]() mutable { back = sender.send(1); });
    rx.close();
    const auto got = rx.try_recv();
    other.join();
    EXPECT_NE(got.has_value(), back.has_value());
  }
}

// ---- what logs are told; T1 is the task of block_on

// The lines after `first`.
std::string after(const test::Recorder& recorder, const std::string& first) {
  const std::string text = recorder.text();
  const std::size_t at = text.find(first + "\n");
  return at == std::string::npos ? "no line " + first : text.substr(at + first.size() + 1);
}

TEST(OneshotRecord, TryRecvTellsOfTheValueAndCloseOfTheReceiver) {
  test::Recorder recorder;
  {
    auto [tx, rx] = oneshot::channel<int>();
    EXPECT_FALSE(tx.send(1));
    EXPECT_TRUE(rx.try_recv());
  }
  EXPECT_EQ(after(recorder, "R1 O2 P3 | new"),
            "R1 O2 | exit\n"
            "R1 | enter\n"
            "R1 | state_update value_sent=true value_sent.op=\"override\"\n"
            "R1 | exit\n"
            "R1 | enter\n"
            "R1 | state_update value_received=true value_received.op=\"override\"\n"
            "R1 | exit\n"
            "R1 O2 P3 | close\n"
            "R1 O2 | close\n"
            "R1 | close\n");
}

Task<void> waits_to_be_closed(oneshot::Sender<int> tx) {
  auto sender = std::move(tx);
  co_await sender.closed();
}
Task<void> closes_after_a_turn() {
  auto [tx, rx] = oneshot::channel<int>();
  auto handle = spawn(waits_to_be_closed(std::move(tx)));
  co_await task::yield_now();
  rx.close();
  co_await handle;
}
TEST(OneshotRecord, ClosedIsAnOpFromItsFirstPollOn) {
  test::Recorder recorder;
  Runtime().block_on(closes_after_a_turn());
  EXPECT_EQ(recorder.fields("O6"), "source=\"Sender::closed\" inherits_child_attrs=false");
  const std::string story = after(recorder, "T5 | enter");
  EXPECT_TRUE(
      story.starts_with("R2 | enter\n"
                        "R2 O6 | new\n"
                        "R2 O6 | enter\n"
                        "R2 O6 P7 | new\n"
                        "R2 O6 | exit\n"
                        "R2 | exit\n"
                        "R2 | enter\n"
                        "R2 O6 | enter\n"
                        "R2 O6 P7 | enter\n"
                        "R2 O6 P7 | clone(T5)\n"
                        "R2 O6 P7 | poll_op poll_closed false\n"
                        "R2 O6 P7 | exit\n"
                        "R2 O6 | exit\n"
                        "R2 | exit\n"
                        "T5 | exit\n"
                        "- | wake(T1)\n"
                        "T1 | enter\n"
                        "T1 | wake_ref(T5)\n"
                        "R2 | enter\n"
                        "R2 | state_update rx_dropped=true rx_dropped.op=\"override\"\n"
                        "R2 | exit\n"
                        "T1 | clone(T1)\n"))
      << story;
  EXPECT_TRUE(after(recorder, "R2 O6 P7 | poll_op poll_closed true")
                  .starts_with("R2 O6 P7 | exit\n"
                               "R2 O6 | exit\n"
                               "R2 | exit\n"
                               "R2 O6 P7 | close\n"
                               "R2 O6 | close\n"
                               "R2 | enter\n"
                               "R2 | state_update tx_dropped=true tx_dropped.op=\"override\"\n"
                               "R2 | exit\n"));
}

TEST(Oneshot, BlockingRecvNeedsNoRuntime) {
  auto [tx, rx] = sync::oneshot::channel<int>();
  std::thread other([sender = std::move(tx)]() mutable { EXPECT_FALSE(sender.send(3)); });
  EXPECT_EQ(rx.blocking_recv(), 3);
  other.join();
  auto [dropped, waits] = sync::oneshot::channel<int>();
  { const auto gone = std::move(dropped); }
  EXPECT_EQ(waits.blocking_recv(), std::nullopt);
}

}  // namespace
}  // namespace ari
