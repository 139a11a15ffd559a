#include "replay/model/destroy_pairs.h"

#include <gtest/gtest.h>

#include <string>

namespace ari::replay {
namespace {

using Verdict = DestroyPairs::Verdict;

// A life in short: 'p' is a pair of enter and exit, 'w' a wake between pairs, 'W' a wake
// inside the pair that follows. It begins with the spawn.
CorrectedTimes live(const std::string& life) {
  CorrectedTimes times(0, /*spawned=*/true);
  std::int64_t now_ns = 0;
  bool wakes_inside = false;
  for (const char step : life) {
    now_ns += 10;
    if (step == 'w') times.wake(now_ns);
    if (step == 'W') wakes_inside = true;
    if (step != 'p') continue;
    times.enter(now_ns, 1);
    if (wakes_inside) times.wake(now_ns + 1);
    wakes_inside = false;
    times.exit(now_ns + 2, 1);
  }
  return times;
}

struct Case {
  const char* kind;
  const char* life;
  int tasks;
};

Verdict verdict_of(std::initializer_list<Case> closed, bool saw_size = false) {
  DestroyPairs pairs;
  for (const Case& c : closed) {
    for (int i = 0; i < c.tasks; ++i) pairs.closed(c.kind, live(c.life));
  }
  if (saw_size) pairs.saw_size();
  return pairs.verdict();
}

TEST(DestroyPairs, AreMadeIfTasksClosedAfterAPairThatNothingAskedFor) {
  EXPECT_EQ(verdict_of({{"task", "pwpp", 1}}), Verdict::kMade);
  EXPECT_EQ(verdict_of({{"local", "pp", 1}}), Verdict::kMade);
  EXPECT_EQ(verdict_of({{"", "pp", 1}}), Verdict::kMade);
}

TEST(DestroyPairs, AreNotMadeIfEveryLastPairWasWoken) {
  EXPECT_EQ(verdict_of({{"task", "pwp", 5}, {"task", "pwpwp", 2}}), Verdict::kNotMade);
  EXPECT_EQ(verdict_of({{"task", "Wpp", 1}}), Verdict::kNotMade);
}

TEST(DestroyPairs, AreToldByABlockingClosureThatWasEnteredTwice) {
  EXPECT_EQ(verdict_of({{"blocking", "pp", 1}}), Verdict::kMade);
  EXPECT_EQ(verdict_of({{"blocking", "p", 1}}), Verdict::kNotMade);
}

TEST(DestroyPairs, AreMadeThoughSomeTasksWereWokenInTheirLastPoll) {
  EXPECT_EQ(verdict_of({{"task", "pp", 1}, {"task", "pWpwp", 8}}), Verdict::kMade);
}

// A wake whose line was skipped leaves one pair without reason among many with one.
TEST(DestroyPairs, AreNotMadeForTheSakeOfOneStrayTask) {
  EXPECT_EQ(verdict_of({{"task", "pp", 1}, {"task", "pwp", 9}}), Verdict::kNotMade);
}

TEST(DestroyPairs, OfTasksWithASinglePairGoByTheTokioThatHasSizes) {
  EXPECT_EQ(verdict_of({{"task", "p", 3}}), Verdict::kNotMade);
  EXPECT_EQ(verdict_of({{"task", "p", 3}}, /*saw_size=*/true), Verdict::kMade);
}

TEST(DestroyPairs, CannotBeToldByBlockOnWhichWakesUnseen) {
  EXPECT_EQ(verdict_of({{"block_on", "ppp", 3}}), Verdict::kUnknown);
  EXPECT_EQ(verdict_of({}), Verdict::kUnknown);
}

TEST(DestroyPairs, AreAlwaysMadeByTheRuntimeThatTellsOutcomes) {
  DestroyPairs pairs;
  pairs.closed("task", live("pwp"));
  pairs.saw_outcome();
  EXPECT_EQ(pairs.verdict(), Verdict::kMade);
}

TEST(DestroyPairs, AreForeseenOnceManyTasksHaveSaidTheSame) {
  DestroyPairs pairs;
  for (int i = 0; i < 15; ++i) {
    EXPECT_EQ(pairs.foreseen(), std::nullopt);
    pairs.closed("task", live("p"));  // says neither
    pairs.closed("task", live("pwpp"));
  }
  pairs.closed("blocking", live("pp"));
  EXPECT_EQ(pairs.foreseen(), Verdict::kMade);
}

TEST(DestroyPairs, EndAnOpenTaskThatNothingAskedToPollAgain) {
  const auto ended = [](Verdict verdict, const char* kind, const char* life) {
    return DestroyPairs::ended_unclosed(verdict, kind, live(life));
  };
  EXPECT_TRUE(ended(Verdict::kMade, "task", "pwpp"));
  EXPECT_TRUE(ended(Verdict::kUnknown, "local", "pp"));
  EXPECT_FALSE(ended(Verdict::kNotMade, "task", "pp"));
  EXPECT_FALSE(ended(Verdict::kMade, "task", "pwp"));
  EXPECT_FALSE(ended(Verdict::kMade, "task", "p"));  // the spawn asked for it
  EXPECT_FALSE(ended(Verdict::kMade, "block_on", "pp"));
}

}  // namespace
}  // namespace ari::replay
