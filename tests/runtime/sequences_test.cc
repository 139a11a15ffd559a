// What each primitive tells, call by call, against the sequences that real Tokio programs
// were seen to log. T1 is the task of block_on each time.
//
// Where ours differ from Tokio's, and mean to: a task's destruction is "destroy", not a
// second "enter"; its close has an outcome; how a task was cut short is an event as well;
// block_on's task has waker events; Notify is instrumented; who joins says whom.
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <stdexcept>

#include "runtime/ari.h"
#include "tests/runtime/paused.h"
#include "tests/runtime/recorder.h"

namespace ari {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;

Task<void> join_whatever_comes(JoinHandle<void> handle) {
  try {
    co_await handle;
  } catch (const std::exception&) {
  }
}

Task<void> spawn_and_join(Task<void> task) {
  auto handle = spawn(std::move(task));
  co_await handle;
}

constexpr unsigned kYieldLine = __LINE__ + 3;
Task<void> yields() {
  ARI_INFO("pre-yield", ("fun", true));
  co_await task::yield_now();
}

TEST(Sequence, YieldIsWokenFromOutside) {
  test::Recorder recorder;
  Runtime().block_on(spawn_and_join(yields()));
  EXPECT_EQ(recorder.text(),
            "T1 | new\n"
            "T1 | enter\n"
            "T2 | new\n"
            "T1 | clone(T1)\n"
            "T1 | joins JoinHandle T2\n"
            "T1 | exit\n"
            "T2 | enter\n"
            "T2 | app: fun=true message=pre-yield\n"
            "T2 | clone(T2)\n"
            "T2 | exit\n"
            "- | wake(T2)\n"
            "T2 | enter\n"
            "T2 | exit\n"
            "T2 | destroy\n"
            "T2 | exit\n"
            "T2 | close completed\n"
            "- | wake_ref(T1)\n"
            "T1 | enter\n"
            "T1 | drop(T1)\n"
            "T1 | exit\n"
            "T1 | destroy\n"
            "T1 | exit\n"
            "T1 | close completed\n");
}

TEST(Sequence, SpawnTellsItsFieldsInTokiosOrder) {
  test::Recorder recorder;
  Runtime runtime;
  const auto handle = runtime.spawn(yields());
  const unsigned line = __LINE__ - 1;
  const std::string id = std::to_string(recorder.id("T1"));
  EXPECT_EQ(recorder.target("T1"), "ari::task");
  const std::string fields = recorder.fields("T1");
  EXPECT_TRUE(fields.starts_with("kind=task task.name= task.id=" + id + " size.bytes=")) << fields;
  EXPECT_NE(fields.find("loc.file=\"" + std::string(__FILE__) +
                        "\" loc.line=" + std::to_string(line) + " loc.col="),
            std::string::npos)
      << fields;
  EXPECT_EQ(handle.id(), recorder.id("T1"));
}

Task<void> large() {
  volatile char bytes[3000] = {};
  co_await task::yield_now();
  static_cast<void>(bytes[0]);
}

TEST(Sequence, SizeIsThatOfTheCoroutineFrame) {
  test::Recorder recorder;
  Runtime runtime;
  auto handle = runtime.spawn(large());
  const std::string fields = recorder.fields("T1");
  const std::size_t at = fields.find("size.bytes=") + 11;
  EXPECT_GE(std::stoi(fields.substr(at)), 3000);
  EXPECT_LT(std::stoi(fields.substr(at)), 3500);
}

Task<void> sleeps() { co_await time::sleep(milliseconds(40)); }

TEST(Sequence, SleepIsAResourceWithOneOpPolledTwice) {
  test::Recorder recorder;
  test::paused_runtime().block_on(spawn_and_join(sleeps()));
  EXPECT_EQ(recorder.between("T2 | enter", "T2 | close completed"),
            "T2 | enter\n"
            "R3 | new\n"
            "R3 O4 | new\n"
            "R3 O4 P5 | new\n"
            "R3 | enter\n"
            "R3 O4 | enter\n"
            "R3 O4 P5 | enter\n"
            "R3 O4 P5 | poll_op poll_elapsed true\n"
            "R3 O4 P5 | state_update duration=40 duration.unit=\"ms\" duration.op=\"override\"\n"
            "R3 O4 P5 | clone(T2)\n"
            "R3 O4 P5 | poll_op poll_elapsed false\n"
            "R3 O4 P5 | exit\n"
            "R3 O4 | exit\n"
            "R3 | exit\n"
            "T2 | exit\n"
            "- | wake(T2)\n"
            "- | runtime::driver: op=\"turn\" timers=1\n"
            "T2 | enter\n"
            "R3 | enter\n"
            "R3 O4 | enter\n"
            "R3 O4 P5 | enter\n"
            "R3 O4 P5 | poll_op poll_elapsed true\n"
            "R3 O4 P5 | clone(T2)\n"
            "R3 O4 P5 | poll_op poll_elapsed true\n"
            "R3 O4 P5 | exit\n"
            "R3 O4 | exit\n"
            "R3 | exit\n"
            "R3 O4 P5 | close\n"
            "R3 O4 | close\n"
            "R3 | close\n"
            "T2 | drop(T2)\n"
            "T2 | exit\n"
            "T2 | destroy\n"
            "T2 | exit\n"
            "T2 | close completed\n");
  EXPECT_TRUE(
      recorder.fields("R3").starts_with("concrete_type=\"Sleep\" kind=\"timer\" loc.file="));
  EXPECT_EQ(recorder.fields("O4"), "source=\"Sleep::new_timeout\"");
  EXPECT_EQ(recorder.fields("P5"), "");
  for (const char* span : {"R3", "O4", "P5"}) EXPECT_EQ(recorder.target(span), "ari::time::sleep");
}

TEST(Sequence, SleepNeverPolledTellsNoDuration) {
  test::Recorder recorder;
  { const auto sleep = time::sleep(hours(1)); }
  EXPECT_EQ(recorder.text(),
            "R1 | new\nR1 O2 | new\nR1 O2 P3 | new\nR1 O2 P3 | close\nR1 O2 | close\nR1 | close\n");
}

Task<void> receives(sync::oneshot::Receiver<int> receiver) { co_await receiver; }

Task<void> sends_after_a_turn(bool send) {
  auto [sender, receiver] = sync::oneshot::channel<int>();
  auto handle = spawn(receives(std::move(receiver)));
  co_await task::yield_now();
  if (send) {
    EXPECT_FALSE(sender.send(1));
  } else {
    const auto dropped = std::move(sender);
  }
  co_await handle;
}

TEST(Sequence, OneshotWakesBeforeItTellsOfTheValue) {
  test::Recorder recorder;
  Runtime().block_on(sends_after_a_turn(true));
  EXPECT_EQ(recorder.between("R2 | new", "T5 | new"),
            "R2 | new\n"
            "R2 | enter\n"
            "R2 | state_update tx_dropped=false tx_dropped.op=\"override\"\n"
            "R2 | exit\n"
            "R2 | enter\n"
            "R2 | state_update rx_dropped=false rx_dropped.op=\"override\"\n"
            "R2 | exit\n"
            "R2 | enter\n"
            "R2 | state_update value_sent=false value_sent.op=\"override\"\n"
            "R2 | exit\n"
            "R2 | enter\n"
            "R2 | state_update value_received=false value_received.op=\"override\"\n"
            "R2 | exit\n"
            "R2 | enter\n"
            "R2 O3 | new\n"
            "R2 | exit\n"
            "R2 O3 | enter\n"
            "R2 O3 P4 | new\n"
            "R2 O3 | exit\n"
            "T5 | new\n");
  EXPECT_EQ(recorder.between("T5 | enter", "T1 | clone(T1)"),
            "T5 | enter\n"
            "R2 | enter\n"
            "R2 O3 | enter\n"
            "R2 O3 P4 | enter\n"
            "R2 O3 P4 | clone(T5)\n"
            "R2 O3 P4 | poll_op poll_recv false\n"
            "R2 O3 P4 | exit\n"
            "R2 O3 | exit\n"
            "R2 | exit\n"
            "T5 | exit\n"
            "- | wake(T1)\n"
            "T1 | enter\n"
            "T1 | wake_ref(T5)\n"
            "R2 | enter\n"
            "R2 | state_update value_sent=true value_sent.op=\"override\"\n"
            "R2 | exit\n"
            "T1 | clone(T1)\n");
  EXPECT_EQ(recorder.between("R2 O3 P4 | poll_op poll_recv true", "T5 | close completed"),
            "R2 O3 P4 | poll_op poll_recv true\n"
            "R2 O3 P4 | drop(T5)\n"
            "R2 O3 P4 | exit\n"
            "R2 O3 | exit\n"
            "R2 | exit\n"
            "T5 | exit\n"
            "T5 | destroy\n"
            "R2 O3 P4 | close\n"
            "R2 O3 | close\n"
            "T5 | exit\n"
            "T5 | close completed\n");
  EXPECT_EQ(recorder.fields("O3"), "source=\"Receiver::await\"");
  EXPECT_EQ(recorder.target("R2"), "ari::sync::oneshot");
}

TEST(Sequence, OneshotSenderDroppedUnsentWakesToo) {
  test::Recorder recorder;
  Runtime().block_on(sends_after_a_turn(false));
  EXPECT_EQ(recorder.between("T1 | wake_ref(T5)", "T1 | clone(T1)"),
            "T1 | wake_ref(T5)\n"
            "R2 | enter\n"
            "R2 | state_update tx_dropped=true tx_dropped.op=\"override\"\n"
            "R2 | exit\n"
            "T1 | clone(T1)\n");
}

TEST(Sequence, OneshotReceiverDroppedUnready) {
  test::Recorder recorder;
  auto channel =
      std::make_unique<std::pair<sync::oneshot::Sender<int>, sync::oneshot::Receiver<int>>>(
          sync::oneshot::channel<int>());
  const std::size_t before = recorder.lines().size();
  { const auto receiver = std::move(channel->second); }
  const auto lines = recorder.lines();
  const std::vector<std::string> after(lines.begin() + static_cast<std::ptrdiff_t>(before),
                                       lines.end());
  EXPECT_EQ(after, (std::vector<std::string>{
                       "R1 | enter", "R1 | state_update rx_dropped=true rx_dropped.op=\"override\"",
                       "R1 | exit", "R1 O2 P3 | close", "R1 O2 | close"}));
}

Task<void> waits(std::shared_ptr<sync::Notify> notify) { co_await notify->notified(); }

Task<void> notifies() {
  auto notify = std::make_shared<sync::Notify>();
  auto handle = spawn(waits(notify));
  co_await task::yield_now();
  notify->notify_one();
  co_await handle;
}

TEST(Sequence, NotifyCountsItsWaiters) {
  test::Recorder recorder;
  Runtime().block_on(notifies());
  EXPECT_EQ(recorder.between("R2 | new", "R2 | exit"),
            "R2 | new\n"
            "R2 | enter\n"
            "R2 | state_update permit=false permit.op=\"override\"\n"
            "R2 | state_update waiters=0 waiters.op=\"override\"\n"
            "R2 | exit\n");
  EXPECT_EQ(recorder.between("T3 | enter", "T1 | clone(T1)"),
            "T3 | enter\n"
            "R2 O4 | new\n"
            "R2 O4 P5 | new\n"
            "R2 | enter\n"
            "R2 O4 | enter\n"
            "R2 O4 P5 | enter\n"
            "R2 O4 P5 | clone(T3)\n"
            "R2 O4 P5 | state_update waiters=1 waiters.op=\"add\"\n"
            "R2 O4 P5 | poll_op poll_notified false\n"
            "R2 O4 P5 | exit\n"
            "R2 O4 | exit\n"
            "R2 | exit\n"
            "T3 | exit\n"
            "- | wake(T1)\n"
            "T1 | enter\n"
            "R2 | enter\n"
            "R2 | state_update waiters=1 waiters.op=\"sub\"\n"
            "R2 | exit\n"
            "T1 | wake(T3)\n"
            "T1 | clone(T1)\n");
  EXPECT_EQ(recorder.between("R2 O4 P5 | poll_op poll_notified true", "T3 | destroy"),
            "R2 O4 P5 | poll_op poll_notified true\n"
            "R2 O4 P5 | exit\n"
            "R2 O4 | exit\n"
            "R2 | exit\n"
            "R2 O4 P5 | close\n"
            "R2 O4 | close\n"
            "T3 | exit\n"
            "T3 | destroy\n");
  EXPECT_TRUE(
      recorder.fields("R2").starts_with("concrete_type=\"Notify\" kind=\"Sync\" loc.file="));
  EXPECT_EQ(recorder.fields("O4"), "source=\"Notify::notified\"");
  EXPECT_EQ(recorder.target("O4"), "ari::sync::notify");
}

Task<void> sleeps_long() { co_await time::sleep(hours(1)); }

Task<void> aborts(bool after_first_poll) {
  auto handle = task::Builder().name("victim").spawn(sleeps_long());
  if (after_first_poll) co_await task::yield_now();
  handle.abort();
  co_await join_whatever_comes(std::move(handle));
}

TEST(Sequence, AbortedAsleepIsDestroyedWithWhatItWaitsFor) {
  test::Recorder recorder;
  Runtime().block_on(aborts(true));
  EXPECT_EQ(recorder.between("T2 | destroy", "T2 | close cancelled"),
            "T2 | destroy\n"
            "T2 | runtime::task: outcome=\"cancelled\"\n"
            "R3 O4 P5 | close\n"
            "R3 O4 | close\n"
            "R3 | close\n"
            "T2 | drop(T2)\n"
            "T2 | exit\n"
            "T2 | close cancelled\n");
  EXPECT_EQ(recorder.count("enter"), 3 + 1 + 3) << "block_on thrice, the task once, its sleep once";
}

TEST(Sequence, AbortedBeforeItsFirstPollIsNeverPolled) {
  test::Recorder recorder;
  Runtime().block_on(aborts(false));
  EXPECT_EQ(recorder.between("T2 | new", "T2 | close cancelled"),
            "T2 | new\n"
            "T1 | clone(T1)\n"
            "T1 | joins JoinHandle T2, aborted\n"
            "T1 | exit\n"
            "T2 | destroy\n"
            "T2 | runtime::task: outcome=\"cancelled\"\n"
            "T2 | exit\n"
            "T2 | close cancelled\n");
}

Task<void> panics() {
  co_await task::yield_now();
  auto lost = time::sleep(hours(1));
  throw std::runtime_error("expected");
}

Task<void> joins_a_panic() { co_await join_whatever_comes(spawn(panics())); }

TEST(Sequence, PanicUnwindsInsideThePollAndSaysWhy) {
  test::Recorder recorder;
  Runtime().block_on(joins_a_panic());
  EXPECT_EQ(recorder.between("- | wake(T2)", "T2 | close panicked"),
            "- | wake(T2)\n"
            "T2 | enter\n"
            "R3 | new\n"
            "R3 O4 | new\n"
            "R3 O4 P5 | new\n"
            "R3 O4 P5 | close\n"
            "R3 O4 | close\n"
            "R3 | close\n"
            "T2 | runtime::task: outcome=\"panicked\" exception=\"expected\"\n"
            "T2 | exit\n"
            "T2 | destroy\n"
            "T2 | exit\n"
            "T2 | close panicked\n");
}

// Takes a waker, loses it, and waits.
class LosesItsWaker {
 public:
  Poll poll(Context& cx) noexcept {
    const Waker copy = cx.waker();
    return Poll::kPending;
  }
};

Task<void> waits_for_ever() {
  LosesItsWaker future;
  co_await future;
}

Task<void> leaves_one_behind() {
  spawn(waits_for_ever());
  co_await task::yield_now();
}

TEST(Sequence, LostWakerIsSilentUntilShutdown) {
  test::Recorder recorder;
  Runtime().block_on(leaves_one_behind());
  EXPECT_EQ(recorder.between("T2 | enter", "T2 | exit"),
            "T2 | enter\n"
            "T2 | clone(T2)\n"
            "T2 | drop(T2)\n"
            "T2 | exit\n");
  EXPECT_EQ(recorder.between("T1 | close completed", "T2 | close cancelled"),
            "T1 | close completed\n"
            "T2 | destroy\n"
            "T2 | runtime::task: outcome=\"cancelled\"\n"
            "T2 | exit\n"
            "T2 | close cancelled\n");
}

class WakesItself {
 public:
  explicit WakesItself(bool by_value) : by_value_(by_value) {}
  Poll poll(Context& cx) noexcept {
    if (woken_) return Poll::kReady;
    woken_ = true;
    if (by_value_) {
      Waker(cx.waker()).wake();
    } else {
      cx.waker().wake_by_ref();
    }
    return Poll::kPending;
  }

 private:
  bool by_value_;
  bool woken_ = false;
};

Task<void> wakes_itself(bool by_value) {
  WakesItself future(by_value);
  co_await future;
}

TEST(Sequence, SelfWakeComesBeforeTheEndOfThePoll) {
  test::Recorder by_ref;
  Runtime().block_on(wakes_itself(false));
  EXPECT_EQ(by_ref.text(),
            "T1 | new\nT1 | enter\nT1 | wake_ref(T1)\nT1 | exit\nT1 | enter\nT1 | exit\n"
            "T1 | destroy\nT1 | exit\nT1 | close completed\n");
  test::Recorder by_value;
  Runtime().block_on(wakes_itself(true));
  EXPECT_EQ(
      by_value.text(),
      "T1 | new\nT1 | enter\nT1 | clone(T1)\nT1 | wake(T1)\nT1 | exit\nT1 | enter\nT1 | exit\n"
      "T1 | destroy\nT1 | exit\nT1 | close completed\n");
}

TEST(Sequence, JoinHandleWakesAfterTheCloseAndDropsInTheJoinersPoll) {
  test::Recorder recorder;
  Runtime().block_on(spawn_and_join(wakes_itself(false)));
  EXPECT_EQ(recorder.between("T2 | close completed", "T1 | exit"),
            "T2 | close completed\n"
            "- | wake_ref(T1)\n"
            "T1 | enter\n"
            "T1 | drop(T1)\n"
            "T1 | exit\n");
}

Task<void> never_suspends(int rounds) {
  for (int i = 0; i < rounds; ++i) {
    auto [sender, receiver] = sync::oneshot::channel<int>();
    EXPECT_FALSE(sender.send(i));
    co_await receiver;
  }
}

TEST(Sequence, BudgetUsedUpSuspendsAndIsWokenFromOutside) {
  test::Recorder recorder;
  Runtime().block_on(never_suspends(129));
  EXPECT_EQ(recorder.count("clone(T1)"), 1);
  EXPECT_EQ(recorder.count("wake(T1)"), 1);
  EXPECT_NE(recorder.text().find("T1 | exit\n- | wake(T1)\nT1 | enter\n"), std::string::npos);
}

// Spans of the program's own that are entered across a co_await.
Task<void> keeps_spans_open() {
  const trace::Span outer = ARI_SPAN("outer", ("n", 1));
  const auto in_outer = outer.enter();
  const trace::Span inner = ARI_SPAN("inner");
  const auto in_inner = inner.enter();
  co_await task::yield_now();
  ARI_INFO("still inside");
}

TEST(Sequence, SpansLeftOpenAreLeftWithThePollAndEnteredAgain) {
  test::Recorder recorder;
  Runtime().block_on(keeps_spans_open());
  EXPECT_EQ(recorder.text(),
            "T1 | new\n"
            "T1 | enter\n"
            "T1 S2 | new\n"
            "T1 S2 | enter\n"
            "T1 S2 S3 | new\n"
            "T1 S2 S3 | enter\n"
            "T1 S2 S3 | clone(T1)\n"
            "T1 S2 S3 | exit\n"
            "T1 S2 | exit\n"
            "T1 | exit\n"
            "- | wake(T1)\n"
            "T1 | enter\n"
            "T1 S2 | enter\n"
            "T1 S2 S3 | enter\n"
            "T1 S2 S3 | app: message=still inside\n"
            "T1 S2 S3 | exit\n"
            "T1 S2 S3 | close\n"
            "T1 S2 | exit\n"
            "T1 S2 | close\n"
            "T1 | exit\n"
            "T1 | destroy\n"
            "T1 | exit\n"
            "T1 | close completed\n");
}

Task<void> nested() { co_await yields(); }

TEST(Sequence, ExitTellsTheInnermostCoAwaitThatWaits) {
  test::Recorder recorder;
  Runtime().block_on(nested());
  EXPECT_EQ(recorder.parked_lines("T1"), (std::vector<unsigned>{kYieldLine, 0, 0}))
      << "one poll that suspended, one that ended, the destruction";
}

TEST(Silence, NobodyListensNothingIsToldAndNothingIsComputed) {
  bool computed = false;
  const auto compute = [&] { return computed = true; };
  ARI_INFO("unheard", ("value", compute()));
  const trace::Span span = ARI_SPAN("unheard", ("value", compute()));
  EXPECT_FALSE(computed);
  EXPECT_EQ(span.id(), trace::kNoSpan);
}

Task<void> start_listening_midway(std::unique_ptr<test::Recorder>* recorder) {
  co_await task::yield_now();
  *recorder = std::make_unique<test::Recorder>();
  co_await time::sleep(milliseconds(1));
  co_await task::yield_now();
}

TEST(Silence, TaskSpawnedUnheardStaysSilentThoughItHasAnId) {
  std::unique_ptr<test::Recorder> recorder;
  Runtime runtime;
  auto handle = runtime.spawn(yields());
  EXPECT_GT(handle.id(), 0u);
  runtime.block_on(start_listening_midway(&recorder));
  for (const std::string& line : recorder->lines()) {
    const bool of_the_driver = line.starts_with("- | runtime::driver:");
    EXPECT_TRUE(line.starts_with("R1") || of_the_driver)
        << line << ": only the sleep was made while heard";
  }
}

}  // namespace
}  // namespace ari
