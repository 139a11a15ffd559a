#include "replay/model/maker_guess.h"

#include <gtest/gtest.h>

namespace ari::replay {
namespace {

using Maker = std::optional<SpanId>;

// The id of a span that this thread of the registry made.
constexpr SpanId by_thread(std::uint64_t thread, SpanId slot) { return (thread << 38) + slot; }

TEST(MakerGuess, ReadsTheThreadOfAnId) {
  EXPECT_EQ(thread_of_id(1), 0U);
  EXPECT_EQ(thread_of_id(274877906945), 1U);
  EXPECT_EQ(thread_of_id(549755813889), 2U);
  EXPECT_EQ(thread_of_id(2251799813685249), 0U);  // used again
  EXPECT_EQ(thread_of_id(2252074691592193), 1U);
}

TEST(MakerGuess, IsTheOnlyTaskThatIsPolled) {
  MakerGuess guess;
  EXPECT_EQ(guess.maker(5), Maker(0));
  guess.entered(9);
  EXPECT_EQ(guess.maker(5), Maker(9));
  EXPECT_EQ(guess.only(), 9U);
  guess.exited(9);
  EXPECT_EQ(guess.maker(5), Maker(0));
  EXPECT_EQ(guess.only(), 0U);
}

TEST(MakerGuess, OfTwoIsTheOneThatTheThreadWasSeenToPoll) {
  MakerGuess guess;
  guess.entered(9);
  EXPECT_EQ(guess.maker(by_thread(1, 1)), Maker(9));
  guess.entered(10);
  EXPECT_EQ(guess.maker(by_thread(1, 2)), Maker(9));
  EXPECT_EQ(guess.maker(by_thread(2, 1)), Maker(10));  // the only one left
  EXPECT_EQ(guess.maker(by_thread(3, 1)), Maker(0));   // neither
  EXPECT_EQ(guess.only(), 0U);
}

// What the first thread makes, before any other has made a span, shows no thread yet.
TEST(MakerGuess, LearnsFromIdsThatTurnOutToTellThreads) {
  MakerGuess guess;
  guess.entered(6);
  EXPECT_EQ(guess.maker(7), Maker(6));
  guess.entered(11);
  EXPECT_EQ(guess.maker(15), std::nullopt);
  EXPECT_EQ(guess.maker(by_thread(1, 1)), Maker(11));
  EXPECT_EQ(guess.maker(16), Maker(6));
}

TEST(MakerGuess, DoesNotKnowWhileSeveralTasksAreLeft) {
  MakerGuess guess;
  guess.entered(9);
  guess.entered(10);
  EXPECT_EQ(guess.maker(by_thread(1, 1)), std::nullopt);
}

TEST(MakerGuess, ForgetsTheThreadWhenThePollEnds) {
  MakerGuess guess;
  guess.entered(9);
  EXPECT_EQ(guess.maker(by_thread(1, 1)), Maker(9));
  guess.exited(9);
  guess.entered(10);
  EXPECT_EQ(guess.maker(by_thread(1, 2)), Maker(10));
}

// Our own runtime's ids do: two tasks on two threads are not to be told apart by them.
TEST(MakerGuess, KnowsThatIdsWhichAreJustCountedTellNothing) {
  MakerGuess guess;
  guess.entered(1);
  EXPECT_EQ(guess.maker(2), Maker(1));
  guess.entered(3);
  EXPECT_EQ(guess.maker(4), std::nullopt);
}

TEST(MakerGuess, ForgetsATaskThatIsGoneThoughItWasNeverLeft) {
  MakerGuess guess;
  guess.entered(9);
  guess.entered(9);
  guess.closed(9);
  EXPECT_EQ(guess.maker(5), Maker(0));
}

TEST(MakerGuess, OfALogWithoutExitsKnowsTheLatestPolls) {
  MakerGuess guess;
  guess.entered(9);
  for (SpanId task = 0; task < MakerGuess::kMost; ++task) guess.entered(100 + task);
  for (SpanId task = 0; task < MakerGuess::kMost; ++task) guess.exited(100 + task);
  EXPECT_EQ(guess.only(), 0U);
}

}  // namespace
}  // namespace ari::replay
