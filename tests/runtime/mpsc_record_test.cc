// What mpsc channels tell, call by call. T1 is the task of block_on each time.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <optional>
#include <string>

#include "runtime/ari.h"
#include "tests/runtime/paused.h"
#include "tests/runtime/poll_once.h"
#include "tests/runtime/recorder.h"

namespace ari {
namespace {

namespace mpsc = sync::mpsc;

TEST(MpscRecord, ChannelIsOneResource) {
  test::Recorder recorder;
  {
    const auto channel = mpsc::channel<int>(2);
    const auto copy = channel.first;
  }
  EXPECT_EQ(recorder.text(),
            "R1 | new\n"
            "R1 | enter\n"
            "R1 | state_update capacity=2 capacity.op=\"override\"\n"
            "R1 | state_update permits=2 permits.op=\"override\"\n"
            "R1 | state_update len=0 len.op=\"override\"\n"
            "R1 | state_update tx_count=1 tx_count.op=\"override\"\n"
            "R1 | state_update closed=false closed.op=\"override\"\n"
            "R1 | exit\n"
            "R1 | enter\n"
            "R1 | state_update tx_count=1 tx_count.op=\"add\"\n"
            "R1 | exit\n"
            "R1 | enter\n"
            "R1 | state_update tx_count=1 tx_count.op=\"sub\"\n"
            "R1 | exit\n"
            "R1 | enter\n"
            "R1 | state_update closed=true closed.op=\"override\"\n"
            "R1 | exit\n"
            "R1 | enter\n"
            "R1 | state_update tx_count=1 tx_count.op=\"sub\"\n"
            "R1 | exit\n"
            "R1 | close\n");
  const std::string fields = recorder.fields("R1");
  EXPECT_TRUE(fields.starts_with("concrete_type=\"mpsc::Sender|Receiver\" kind=\"Sync\" loc.file="))
      << fields;
  EXPECT_EQ(recorder.target("R1"), "ari::sync::mpsc");
}

Task<void> receive_two(mpsc::Receiver<int> rx) {
  co_await rx.recv();
  co_await rx.recv();
}
Task<void> one_value() {
  auto [tx, rx] = mpsc::channel<int>(1);
  auto handle = spawn(receive_two(std::move(rx)));
  co_await task::yield_now();
  static_cast<void>(co_await tx.send(1));
  static_cast<void>(co_await tx.send(2));
  co_await handle;
}
TEST(MpscRecord, SendAndRecvAreOpsAndSayWhomTheyWake) {
  test::Recorder recorder;
  Runtime().block_on(one_value());
  EXPECT_EQ(recorder.between("T3 | enter", "T3 | exit"),
            "T3 | enter\n"
            "R2 O4 | new\n"
            "R2 O4 P5 | new\n"
            "R2 | enter\n"
            "R2 O4 | enter\n"
            "R2 O4 P5 | enter\n"
            "R2 O4 P5 | clone(T3)\n"
            "R2 O4 P5 | poll_op poll_recv false\n"
            "R2 O4 P5 | exit\n"
            "R2 O4 | exit\n"
            "R2 | exit\n"
            "T3 | exit\n");
  EXPECT_EQ(recorder.fields("O4"), "source=\"Receiver::recv\"");
  EXPECT_EQ(recorder.between("R2 O6 | new", "T1 | exit"),
            "R2 O6 | new\n"
            "R2 O6 P7 | new\n"
            "R2 | enter\n"
            "R2 O6 | enter\n"
            "R2 O6 P7 | enter\n"
            "R2 O6 P7 | state_update permits=1 permits.op=\"sub\"\n"
            "R2 O6 P7 | state_update len=1 len.op=\"add\"\n"
            "R2 O6 P7 | wake(T3)\n"
            "R2 O6 P7 | poll_op poll_send true\n"
            "R2 O6 P7 | exit\n"
            "R2 O6 | exit\n"
            "R2 | exit\n"
            "R2 O6 P7 | close\n"
            "R2 O6 | close\n"
            "R2 O8 | new\n"
            "R2 O8 P9 | new\n"
            "R2 | enter\n"
            "R2 O8 | enter\n"
            "R2 O8 P9 | enter\n"
            "R2 O8 P9 | clone(T1)\n"
            "R2 O8 P9 | poll_op poll_send false\n"
            "R2 O8 P9 | exit\n"
            "R2 O8 | exit\n"
            "R2 | exit\n"
            "T1 | exit\n");
  EXPECT_EQ(recorder.fields("O6"), "source=\"Sender::send\"");
  EXPECT_EQ(recorder.between("R2 O4 P5 | state_update len=1 len.op=\"sub\"", "R2 O4 | close"),
            "R2 O4 P5 | state_update len=1 len.op=\"sub\"\n"
            "R2 O4 P5 | wake(T1)\n"
            "R2 O4 P5 | poll_op poll_recv true\n"
            "R2 O4 P5 | exit\n"
            "R2 O4 | exit\n"
            "R2 | exit\n"
            "R2 O4 P5 | close\n"
            "R2 O4 | close\n");
}

Task<void> reserves_and_waits_for_the_end() {
  auto [tx, rx] = mpsc::channel<int>(1);
  { const auto permit = co_await tx.reserve(); }
  rx.close();
  co_await tx.closed();
}
TEST(MpscRecord, ReserveAndClosedAreOps) {
  test::Recorder recorder;
  Runtime().block_on(reserves_and_waits_for_the_end());
  EXPECT_EQ(recorder.fields("O3"), "source=\"Sender::reserve\"");
  EXPECT_EQ(recorder.fields("O5"), "source=\"Sender::closed\"");
  EXPECT_EQ(recorder.between("R2 O3 P4 | poll_op poll_reserve true", "R2 O5 | close"),
            "R2 O3 P4 | poll_op poll_reserve true\n"
            "R2 O3 P4 | exit\n"
            "R2 O3 | exit\n"
            "R2 | exit\n"
            "R2 O3 P4 | close\n"
            "R2 O3 | close\n"
            "R2 | enter\n"
            "R2 | state_update permits=1 permits.op=\"add\"\n"
            "R2 | exit\n"
            "R2 | enter\n"
            "R2 | state_update closed=true closed.op=\"override\"\n"
            "R2 | exit\n"
            "R2 O5 | new\n"
            "R2 O5 P6 | new\n"
            "R2 | enter\n"
            "R2 O5 | enter\n"
            "R2 O5 P6 | enter\n"
            "R2 O5 P6 | poll_op poll_closed true\n"
            "R2 O5 P6 | exit\n"
            "R2 O5 | exit\n"
            "R2 | exit\n"
            "R2 O5 P6 | close\n"
            "R2 O5 | close\n");
}

Task<void> gives_up_receiving() {
  auto [tx, receiver] = mpsc::channel<int>(1);
  auto rx = std::move(receiver);
  auto recv = rx.recv();
  co_await test::poll_once(recv);
}
TEST(MpscRecord, ReceiverThatGoesDropsItsWaker) {
  test::Recorder recorder;
  Runtime().block_on(gives_up_receiving());
  EXPECT_EQ(recorder.count("clone(T1)"), 1);
  EXPECT_EQ(recorder.count("drop(T1)"), 1);
  EXPECT_EQ(recorder.count("wake(T1)"), 0) << "its senders go later";
}

TEST(MpscRecord, UnboundedTellsItsLength) {
  test::Recorder recorder;
  {
    auto [tx, rx] = mpsc::unbounded_channel<int>();
    EXPECT_FALSE(tx.send(1));
    EXPECT_FALSE(tx.send(2));
    EXPECT_TRUE(rx.try_recv());
    { const auto gone = std::move(rx); }
    EXPECT_TRUE(tx.send(3));
  }
  EXPECT_TRUE(
      recorder.fields("R1").starts_with("concrete_type=\"mpsc::UnboundedSender|Receiver\""));
  EXPECT_EQ(recorder.text(),
            "R1 | new\n"
            "R1 | enter\n"
            "R1 | state_update len=0 len.op=\"override\"\n"
            "R1 | state_update tx_count=1 tx_count.op=\"override\"\n"
            "R1 | state_update closed=false closed.op=\"override\"\n"
            "R1 | exit\n"
            "R1 | enter\n"
            "R1 | state_update len=1 len.op=\"add\"\n"
            "R1 | exit\n"
            "R1 | enter\n"
            "R1 | state_update len=1 len.op=\"add\"\n"
            "R1 | exit\n"
            "R1 | enter\n"
            "R1 | state_update len=1 len.op=\"sub\"\n"
            "R1 | exit\n"
            "R1 | enter\n"
            "R1 | state_update closed=true closed.op=\"override\"\n"
            "R1 | exit\n"
            "R1 | enter\n"
            "R1 | state_update len=0 len.op=\"override\"\n"
            "R1 | exit\n"
            "R1 | enter\n"
            "R1 | state_update tx_count=1 tx_count.op=\"sub\"\n"
            "R1 | exit\n"
            "R1 | close\n");
}

Task<void> three_at_once() {
  auto [tx, rx] = mpsc::channel<int>(2);
  EXPECT_FALSE(tx.try_send(1));
  EXPECT_FALSE(tx.try_send(2));
  std::vector<int> got;
  co_await rx.recv_many(got, 5);
}
TEST(MpscRecord, RecvManyIsOneOpHoweverManyItTakes) {
  test::Recorder recorder;
  Runtime().block_on(three_at_once());
  EXPECT_EQ(recorder.between("R2 O3 | new", "R2 O3 | exit"),
            "R2 O3 | new\n"
            "R2 O3 P4 | new\n"
            "R2 | enter\n"
            "R2 O3 | enter\n"
            "R2 O3 P4 | enter\n"
            "R2 O3 P4 | state_update len=1 len.op=\"sub\"\n"
            "R2 O3 P4 | state_update permits=1 permits.op=\"add\"\n"
            "R2 O3 P4 | state_update len=1 len.op=\"sub\"\n"
            "R2 O3 P4 | state_update permits=1 permits.op=\"add\"\n"
            "R2 O3 P4 | poll_op poll_recv_many true\n"
            "R2 O3 P4 | exit\n"
            "R2 O3 | exit\n");
  EXPECT_EQ(recorder.fields("O3"), "source=\"Receiver::recv_many\"");
}

// Waits for two of which one is free; the other comes from the receiver.
Task<void> reserves_two() {
  auto [tx, rx] = mpsc::channel<int>(2);
  EXPECT_FALSE(tx.try_send(1));
  auto reserve = test::boxed([&, &tx = tx] { return tx.reserve_many(2); });
  co_await test::poll_once(*reserve);
  static_cast<void>(rx.try_recv());
  co_await test::poll_once(*reserve);
}
// As Tokio's of its semaphore, but that it is the channel's op, with one answer a poll, and the
// channel that tells its permits.
TEST(MpscRecord, ReserveManyTellsWhatItWantsAndHasGot) {
  test::Recorder recorder;
  Runtime().block_on(reserves_two());
  EXPECT_EQ(recorder.fields("O3"), "source=\"Sender::reserve_many\"");
  EXPECT_EQ(recorder.between("R2 O3 | new", "R2 O3 | close"),
            "R2 O3 | new\n"
            "R2 O3 | enter\n"
            "R2 O3 | async_op::state_update permits_requested=2 permits.op=\"override\"\n"
            "R2 O3 | async_op::state_update permits_obtained=0 permits.op=\"override\"\n"
            "R2 O3 P4 | new\n"
            "R2 O3 | exit\n"
            "R2 | enter\n"
            "R2 O3 | enter\n"
            "R2 O3 P4 | enter\n"
            "R2 O3 P4 | clone(T1)\n"
            "R2 O3 P4 | state_update permits=1 permits.op=\"sub\"\n"
            "R2 O3 | enter\n"
            "R2 O3 P4 | async_op::state_update permits_obtained=1 permits.op=\"add\"\n"
            "R2 O3 | exit\n"
            "R2 O3 P4 | poll_op poll_reserve_many false\n"
            "R2 O3 P4 | exit\n"
            "R2 O3 | exit\n"
            "R2 | exit\n"
            "R2 | enter\n"
            "R2 | state_update len=1 len.op=\"sub\"\n"
            "R2 O3 | enter\n"
            "R2 O3 | async_op::state_update permits_obtained=1 permits.op=\"add\"\n"
            "R2 O3 | exit\n"
            "R2 | wake(T1)\n"
            "R2 | exit\n"
            "R2 | enter\n"
            "R2 O3 | enter\n"
            "R2 O3 P4 | enter\n"
            "R2 O3 P4 | poll_op poll_reserve_many true\n"
            "R2 O3 P4 | exit\n"
            "R2 O3 | exit\n"
            "R2 | exit\n"
            "R2 | enter\n"
            "R2 | state_update permits=2 permits.op=\"add\"\n"
            "R2 | exit\n"
            "R2 O3 P4 | close\n"
            "R2 O3 | close\n");
}

Task<void> reserves_owned() {
  auto [tx, rx] = mpsc::channel<int>(1);
  auto permit = co_await std::move(tx).reserve_owned();
  auto back = std::move(*permit).send(1);
}
TEST(MpscRecord, ReserveOwnedIsOneOpAndTheSenderIsOneAllTheTime) {
  test::Recorder recorder;
  Runtime().block_on(reserves_owned());
  EXPECT_EQ(recorder.fields("O3"), "source=\"Sender::reserve_owned\"");
  EXPECT_EQ(recorder.count("poll_op poll_reserve_owned true"), 1);
  EXPECT_EQ(recorder.count("state_update tx_count=1 tx_count.op=\"add\""), 0);
  EXPECT_EQ(recorder.count("state_update tx_count=1 tx_count.op=\"sub\""), 1);
}

Task<void> sends_too_late() {
  auto [tx, rx] = mpsc::channel<int>(1);
  static_cast<void>(tx.try_send(1));
  const auto late = co_await tx.send_timeout(2, std::chrono::milliseconds(1));
  EXPECT_TRUE(late);
}
TEST(MpscRecord, SendTimeoutIsAnOpBesideASleepAndEndsWhenItIsLate) {
  test::Recorder recorder;
  test::paused_runtime().block_on(sends_too_late());
  EXPECT_THAT(recorder.fields("R3"), testing::StartsWith("concrete_type=\"Sleep\""));
  EXPECT_EQ(recorder.fields("O6"), "source=\"Sender::send_timeout\"");
  EXPECT_EQ(recorder.count("poll_op poll_send false"), 2);
  EXPECT_THAT(recorder.lines(), testing::Contains("R2 O6 | close"));
}

}  // namespace
}  // namespace ari
