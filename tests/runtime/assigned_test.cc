// What is assigned to lets go of what it had, at once: not when the one that was moved from goes,
// which may be long after. For everything that moves and whose end somebody waits for.
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <optional>
#include <stdexcept>
#include <utility>

#include "runtime/ari.h"
#include "tests/runtime/recorder.h"
#include "tests/runtime/turns.h"

namespace ari {
namespace {

using namespace sync;
using net::UnixStream;
using std::chrono::hours;
using Shared = std::shared_ptr<int>;

Task<std::optional<int>> receives(oneshot::Receiver<int> receiver) {
  auto value = co_await receiver;
  co_return value;
}

TEST(Assigned, OneshotSenderTellsTheReceiverThatItHad) {
  test::Turns turns;
  auto first = oneshot::channel<int>();
  auto second = oneshot::channel<int>();
  auto waits = turns.start(receives(std::move(first.second)));
  first.first = std::move(second.first);
  turns.get_on();
  EXPECT_TRUE(waits.is_finished());
  EXPECT_EQ(first.first.send(1), std::nullopt);
  EXPECT_EQ(*second.second.try_recv(), 1);
}

TEST(Assigned, OneshotReceiverTellsTheSenderThatItHad) {
  auto first = oneshot::channel<int>();
  auto second = oneshot::channel<int>();
  first.second = std::move(second.second);
  EXPECT_TRUE(first.first.is_closed());
  EXPECT_EQ(second.first.send(2), std::nullopt);
  EXPECT_EQ(*first.second.try_recv(), 2);
}

Task<int> receives_after_a_spent_one() {
  auto first = oneshot::channel<int>();
  static_cast<void>(first.first.send(1));
  static_cast<void>(co_await first.second);
  bool is_spent = false;
  try {
    static_cast<void>(co_await first.second);
  } catch (const std::logic_error&) {
    is_spent = true;
  }
  EXPECT_TRUE(is_spent);
  auto second = oneshot::channel<int>();
  static_cast<void>(second.first.send(2));
  first.second = std::move(second.second);
  auto value = co_await first.second;
  co_return value.value_or(0);
}

TEST(Assigned, OneshotReceiverThatWasSpentIsAsNew) {
  EXPECT_EQ(Runtime().block_on(receives_after_a_spent_one()), 2);
}

TEST(Assigned, MpscReceiverClosesTheChannelThatItHad) {
  auto first = mpsc::channel<Shared>(1);
  auto second = mpsc::channel<Shared>(1);
  const auto value = std::make_shared<int>(1);
  EXPECT_FALSE(first.first.try_send(value));
  first.second = std::move(second.second);
  EXPECT_TRUE(first.first.is_closed());
  EXPECT_EQ(value.use_count(), 1);  // nobody can receive it any more
  EXPECT_FALSE(second.first.is_closed());
}

TEST(Assigned, MpscPermitGivesThePlaceThatItHadBack) {
  auto first = mpsc::channel<int>(1);
  auto second = mpsc::channel<int>(1);
  auto permit = first.first.try_reserve();
  auto other = second.first.try_reserve();
  *permit = *std::move(other);
  EXPECT_EQ(first.first.capacity(), 1u);
  EXPECT_EQ(second.first.capacity(), 0u);
}

TEST(Assigned, OwnedPermitGivesThePlaceBackAndDropsTheSender) {
  auto first = mpsc::channel<int>(1);
  auto second = mpsc::channel<int>(1);
  auto permit = std::move(first.first).try_reserve_owned();
  auto other = std::move(second.first).try_reserve_owned();
  *permit = *std::move(other);
  EXPECT_EQ(first.second.try_recv().error(), NoValue::kClosed);
  EXPECT_EQ(second.second.try_recv().error(), NoValue::kEmpty);
}

TEST(Assigned, BroadcastReceiverIsNotWaitedForAnyMore) {
  auto first = broadcast::channel<Shared>(2);
  auto second = broadcast::channel<Shared>(2);
  const auto value = std::make_shared<int>(1);
  first.first.send(value);
  first.second = std::move(second.second);
  EXPECT_EQ(first.first.receiver_count(), 0u);
  EXPECT_EQ(value.use_count(), 1);
  EXPECT_EQ(second.first.receiver_count(), 1u);
}

Task<int> keeps(Shared value) {
  co_await time::sleep(hours(1));
  co_return *value;
}

TEST(Assigned, TaskTakesItsParametersAlong) {
  const auto value = std::make_shared<int>(1);
  Task<int> task = keeps(value);
  Task<int> other = keeps(std::make_shared<int>(2));
  task = std::move(other);
  EXPECT_EQ(value.use_count(), 1);
}

Task<Shared> returns(Shared value) { co_return value; }

TEST(Assigned, JoinHandleLetsTheResultGo) {
  test::Turns turns;
  const auto value = std::make_shared<int>(1);
  auto handle = turns.start(returns(value));
  auto other = turns.start(returns(nullptr));
  EXPECT_EQ(value.use_count(), 2);
  handle = std::move(other);
  EXPECT_EQ(value.use_count(), 1);
}

TEST(Assigned, RuntimeEndsTheTasksThatItHad) {
  Runtime runtime;
  Runtime other;
  const auto value = std::make_shared<int>(1);
  const auto handle = runtime.spawn(keeps(value));
  runtime = std::move(other);
  EXPECT_TRUE(handle.is_finished());
  EXPECT_EQ(value.use_count(), 1);
}

Task<std::size_t> reads_once(UnixStream stream) {
  char byte = 0;
  const std::size_t size = co_await stream.read(io::Buffer(&byte, 1));
  co_return size;
}

TEST(Assigned, WriteHalfEndsTheSideThatItHad) {
  test::Turns turns;
  auto first = UnixStream::pair();
  auto second = UnixStream::pair();
  auto halves = std::move(first.first).into_split();
  auto others = std::move(second.first).into_split();
  auto peer = turns.start(reads_once(std::move(first.second)));
  halves.second = std::move(others.second);
  turns.get_on();
  EXPECT_TRUE(peer.is_finished());
}

TEST(Assigned, SpanClosesTheOneThatItHad) {
  test::Recorder recorder;
  trace::Span span = ARI_SPAN("first");
  trace::Span other = ARI_SPAN("second");
  span = std::move(other);
  EXPECT_EQ(recorder.text(), "S1 | new\nS2 | new\nS1 | close\n");
}

}  // namespace
}  // namespace ari
