// Readiness: hope that is taken away, and news that arrive in the middle of it.
#include "runtime/net/readiness.h"

#include <gtest/gtest.h>

#include <optional>

namespace ari::net {
namespace {

using Evidence = Readiness::Evidence;

struct Report {
  const char* what;
  unsigned reported;
  Direction tried;
  Evidence evidence;
  bool can_read, can_write;  // what is worth trying afterwards
};
constexpr auto kBoth = Readiness::kReadable | Readiness::kWritable;
constexpr auto kHungUp = kBoth | Readiness::kReadClosed | Readiness::kWriteClosed;
constexpr Report kReports[] = {
    {"a read that would block", kBoth, Direction::kRead, Evidence::kWouldBlock, false, true},
    {"a write that would block", kBoth, Direction::kWrite, Evidence::kWouldBlock, true, false},
    {"a short read", kBoth, Direction::kRead, Evidence::kShort, false, true},
    // Data and then the end, told as one: after the data there is still the end to read.
    {"a short read before the end", kBoth | Readiness::kReadClosed, Direction::kRead,
     Evidence::kShort, true, true},
    {"a short write to who has gone", kHungUp, Direction::kWrite, Evidence::kShort, true, true},
    // At the mark of urgent data a read stops, though there is more.
    {"a short read that met urgent data", kBoth | Readiness::kUrgent, Direction::kRead,
     Evidence::kShort, true, true},
    {"a short write beside it", kBoth | Readiness::kUrgent, Direction::kWrite, Evidence::kShort,
     true, false},
    {"a read beside it that would block", kBoth | Readiness::kUrgent, Direction::kRead,
     Evidence::kWouldBlock, false, true},
    // A datagram socket that had an error and is well again.
    {"an error that was read", kHungUp, Direction::kRead, Evidence::kWouldBlock, false, true},
    {"a reactor that is gone", Readiness::kShutDown, Direction::kRead, Evidence::kWouldBlock, true,
     true},
};

TEST(Readiness, ForgetsWhatTheEvidenceSpeaksAgainst) {
  for (const Report& c : kReports) {
    SCOPED_TRACE(c.what);
    Readiness readiness;
    readiness.open();
    EXPECT_FALSE(readiness.look().is_worth_trying(Direction::kRead));
    readiness.report(static_cast<Readiness::Bits>(c.reported));
    readiness.forget(c.tried, readiness.look(), c.evidence);
    EXPECT_EQ(readiness.look().is_worth_trying(Direction::kRead), c.can_read);
    EXPECT_EQ(readiness.look().is_worth_trying(Direction::kWrite), c.can_write);
  }
}

// look, EAGAIN, [news], forget: the news must stay.
TEST(Readiness, NewsBetweenTheAttemptAndItsForgettingStay) {
  Readiness readiness;
  readiness.open();
  readiness.report(Readiness::kReadable);
  const Readiness::Seen seen = readiness.look();
  readiness.report(Readiness::kReadable);
  readiness.forget(Direction::kRead, seen, Evidence::kWouldBlock);
  EXPECT_TRUE(readiness.look().is_worth_trying(Direction::kRead));
}

// look, EAGAIN, [the writer forgets], forget: that is no news for the reader.
TEST(Readiness, TheOtherDirectionForgettingInBetweenIsNoNews) {
  Readiness readiness;
  readiness.open();
  readiness.report(static_cast<Readiness::Bits>(kBoth));
  const Readiness::Seen seen = readiness.look();
  readiness.forget(Direction::kWrite, seen, Evidence::kWouldBlock);
  readiness.forget(Direction::kRead, seen, Evidence::kWouldBlock);
  EXPECT_FALSE(readiness.look().is_worth_trying(Direction::kRead));
  EXPECT_FALSE(readiness.look().is_worth_trying(Direction::kWrite));
}

// forget, [news], wait: whoever would wait is told to try instead.
TEST(Readiness, NewsBeforeTheWaitAreNotSleptThrough) {
  Readiness readiness;
  readiness.open();
  readiness.report(Readiness::kReadable);
  Waiter waiter;
  EXPECT_FALSE(readiness.wait(waiter, Direction::kRead, Waker()));
  EXPECT_TRUE(readiness.wait(waiter, Direction::kWrite, Waker()));
}

// wait, [news], close: whoever was woken learns that the descriptor has gone, too.
TEST(Readiness, CloseOrphansWhoWaitsAndWhoWasWokenButNotWhoHasLeft) {
  Readiness readiness;
  readiness.open();
  Waiter reads, writes, never_waited;
  EXPECT_TRUE(readiness.wait(reads, Direction::kRead, Waker()));
  EXPECT_TRUE(readiness.wait(writes, Direction::kWrite, Waker()));
  {
    Waiter ended;
    EXPECT_TRUE(readiness.wait(ended, Direction::kRead, Waker()));
    readiness.report(Readiness::kReadable);
    EXPECT_FALSE(ended.is_orphaned());
  }
  readiness.close();
  EXPECT_TRUE(reads.is_orphaned());
  EXPECT_TRUE(writes.is_orphaned());
  EXPECT_FALSE(never_waited.is_orphaned());
}

// wait, [news], EAGAIN, wait: in the middle of others who were woken, and back in the line.
TEST(Readiness, WhoWasWokenMayWaitAgainOrEndInAnyOrder) {
  Readiness readiness;
  readiness.open();
  Waiter again;
  std::optional<Waiter> first, last;
  first.emplace();
  last.emplace();
  for (int round = 0; round < 3; ++round) {
    for (Waiter* waiter : {&*first, &again, &*last}) {
      EXPECT_TRUE(readiness.wait(*waiter, Direction::kRead, Waker()));
    }
    readiness.report(Readiness::kReadable);
    readiness.forget(Direction::kRead, readiness.look(), Evidence::kWouldBlock);
  }
  EXPECT_TRUE(readiness.wait(again, Direction::kRead, Waker()));
  first.reset();
  last.reset();
  readiness.close();
  EXPECT_TRUE(again.is_orphaned());
}

// An event that was on its way when its descriptor left reaches the next owner: one attempt
// in vain, no more.
TEST(Readiness, LateEventOfTheDescriptorBeforeDoesNotStay) {
  Readiness readiness;
  readiness.open();
  readiness.close();
  readiness.open();
  readiness.report(static_cast<Readiness::Bits>(kHungUp));
  readiness.forget(Direction::kRead, readiness.look(), Evidence::kWouldBlock);
  readiness.forget(Direction::kWrite, readiness.look(), Evidence::kWouldBlock);
  EXPECT_FALSE(readiness.look().is_worth_trying(Direction::kRead));
  EXPECT_FALSE(readiness.look().is_worth_trying(Direction::kWrite));
}

}  // namespace
}  // namespace ari::net
