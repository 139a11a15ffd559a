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

}  // namespace
}  // namespace ari::subscriber
