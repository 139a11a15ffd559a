#include "subscriber/run_so_far.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <malloc.h>

namespace ari::subscriber {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// Tells a log of threads, and collects the names of those that the next file begins with.
class RunSoFarTest : public testing::Test {
 protected:
  void see(RecordKind kind, std::uint32_t thread, SpanId span = trace::kNoSpan) {
    Record record;
    record.kind = kind;
    record.thread = thread;
    record.span = span;
    const std::string name = "a name that is longer than most, of " + std::to_string(thread);
    record.name = name;
    so_far_.see(record, [](const Record&) {});
  }
  std::vector<std::uint32_t> named_in_next_file() {
    std::vector<std::uint32_t> threads;
    so_far_.retell(0, ++part_, [&threads](const Record& record) {
      if (record.kind == RecordKind::kThread) threads.push_back(record.thread);
    });
    return threads;
  }

  void see_waker(WakerOp op, std::uint32_t thread, SpanId task) {
    Record record;
    record.kind = RecordKind::kWaker;
    record.thread = thread;
    record.op = op;
    record.task = task;
    so_far_.see(record, [](const Record&) {});
  }
  void see_task(SpanId task) {
    Record record;
    record.kind = RecordKind::kNew;
    record.thread = 1;
    record.span = task;
    record.name = "runtime.spawn";
    so_far_.see(record, [](const Record&) {});
    see(RecordKind::kEnter, 1, task);
    see(RecordKind::kExit, 1, task);
  }
  std::size_t clones_in_next_file() {
    std::size_t clones = 0;
    so_far_.retell(0, ++part_, [&clones](const Record& record) {
      if (record.kind == RecordKind::kWaker && record.op == WakerOp::kClone) ++clones;
    });
    return clones;
  }

  RunSoFar so_far_;
  std::uint64_t part_ = 1;
};

// Former bug: every thread that ever was stayed. (A sanitizer's allocator tells nothing.)
TEST_F(RunSoFarTest, ForgetsThreadsThatHaveEnded) {
  const std::size_t before = mallinfo2().uordblks;
  for (std::uint32_t thread = 1; thread <= 20'000; ++thread) {
    see(RecordKind::kThread, thread);
    see(RecordKind::kEnter, thread, 7);
    see(RecordKind::kExit, thread, 7);
    so_far_.end_thread(thread);
    if (thread % 100 != 0) continue;
    EXPECT_THAT(named_in_next_file(), IsEmpty());
  }
  EXPECT_LT(mallinfo2().uordblks, before + 200'000);
}

TEST_F(RunSoFarTest, KnowsAThreadForAsLongAsSomethingOfItIsOpen) {
  see(RecordKind::kThread, 1);
  see(RecordKind::kNew, 1, 7);
  so_far_.end_thread(1);
  EXPECT_THAT(named_in_next_file(), ElementsAre(1));
  EXPECT_THAT(named_in_next_file(), ElementsAre(1));
  see(RecordKind::kThread, 2);
  see(RecordKind::kClose, 2, 7);
  EXPECT_THAT(named_in_next_file(), IsEmpty());
  see(RecordKind::kEnter, 2, 8);
  EXPECT_THAT(named_in_next_file(), ElementsAre(2)) << "it lives";
}

TEST_F(RunSoFarTest, TellsWakersThatAreLeft) {
  see_task(7);
  see_waker(WakerOp::kClone, 1, 7);
  see_waker(WakerOp::kClone, 1, 7);
  see_waker(WakerOp::kClone, 1, 7);
  see_waker(WakerOp::kDrop, 2, 7);
  EXPECT_EQ(clones_in_next_file(), 2U);
}

// Former bug: of a waker that is cloned on a thread that loses nothing and used on one that does,
// each use that was lost left one more to be told, in every file from then on.
TEST_F(RunSoFarTest, WakersDoNotPileUpWhereTheirUseIsLost) {
  see_task(7);
  see_task(8);
  for (int round = 0; round < 1000; ++round) {
    see_waker(WakerOp::kClone, 1, 7);
    see(RecordKind::kLost, 2);
  }
  EXPECT_EQ(clones_in_next_file(), 1U) << "of task 7";
  see_waker(WakerOp::kClone, 1, 7);
  EXPECT_EQ(clones_in_next_file(), 2U);
  see_waker(WakerOp::kDrop, 1, 7);
  see_waker(WakerOp::kDrop, 1, 7);
  EXPECT_EQ(clones_in_next_file(), 0U);
}

}  // namespace
}  // namespace ari::subscriber
