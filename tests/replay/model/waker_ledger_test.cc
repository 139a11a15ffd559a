// Uses of wakers are matched with clones by what the log tells, and say by what.
#include "replay/model/waker_ledger.h"

#include <gtest/gtest.h>

#include <random>

namespace ari::replay {
namespace {

LifeEvent used(WakerOp op, SpanId async_op = 0, SpanId resource = 0, bool self_wake = false) {
  LifeEvent event;
  event.kind = LifeEvent::Kind::kWaker;
  event.op = op;
  event.async_op.span = async_op;
  event.resource.span = resource;
  event.self_wake = self_wake;
  return event;
}

Task living(std::vector<LifeEvent> life) {
  Task task;
  task.life = std::move(life);
  for (std::size_t i = 0; i < task.life.size(); ++i) task.life[i].first_line = i + 1;
  return task;
}

TEST(WakerLedger, TheOnlyWakerLeftIsCertain) {
  const auto ledger = waker_ledger(living({used(WakerOp::kClone, 5), used(WakerOp::kWake, 9)}));
  EXPECT_EQ(ledger.entries[1].basis, WakerBasis::kOnly);
  EXPECT_EQ(ledger.wakers[0].gone, 1u);
  EXPECT_EQ(ledger.wakers[0].wakes, 1u);
  EXPECT_FALSE(ledger.wakers[0].doubtful);
}

TEST(WakerLedger, AnOpUsesTheWakerItCloned) {
  const auto ledger = waker_ledger(living(
      {used(WakerOp::kClone, 5, 1), used(WakerOp::kClone, 6, 1), used(WakerOp::kDrop, 5, 1)}));
  EXPECT_EQ(ledger.entries[2].waker, 0u);
  EXPECT_EQ(ledger.entries[2].basis, WakerBasis::kOp);
  EXPECT_TRUE(ledger.wakers[1].doubtful);  // it is inferred that this one was left
}

TEST(WakerLedger, ElseTheResourceElseTheOrderWhichIsAGuess) {
  const std::vector<LifeEvent> clones = {used(WakerOp::kClone, 5, 1), used(WakerOp::kClone, 6, 2)};
  std::vector<LifeEvent> life = clones;
  life.push_back(used(WakerOp::kWake, 0, 1));
  auto ledger = waker_ledger(living(life));
  EXPECT_EQ(ledger.entries[2].waker, 0u);
  EXPECT_EQ(ledger.entries[2].basis, WakerBasis::kResource);
  EXPECT_EQ(ledger.guessed, 0u);
  life.back() = used(WakerOp::kWake);
  ledger = waker_ledger(living(life));
  EXPECT_EQ(ledger.entries[2].waker, 1u);
  EXPECT_EQ(ledger.entries[2].basis, WakerBasis::kOrder);
  EXPECT_EQ(ledger.guessed, 1u);
}

TEST(WakerLedger, MatchesNothingWithWhatIsNoClone) {
  const auto ledger =
      waker_ledger(living({used(WakerOp::kWakeByRef, 0, 0, true), used(WakerOp::kDrop)}));
  EXPECT_EQ(ledger.entries[0].basis, WakerBasis::kPoll);
  EXPECT_EQ(ledger.entries[1].basis, WakerBasis::kNone);
}

TEST(WakerLedger, NamesTheUseThatTookTheLastWaker) {
  Task task = living({used(WakerOp::kClone), used(WakerOp::kDrop), used(WakerOp::kClone)});
  LostWakerSpell spell;
  spell.first_line = 2;
  task.lost_waker_spells.push_back(spell);
  EXPECT_EQ(lost_wakers(task, waker_ledger(task))[0].last, 1u);
}

// Each use looked at all wakers that were left.
TEST(WakerLedger, OfVeryManyWakersIsMadeInTimeLikeTheirNumber) {
  constexpr std::size_t kWakers = 50'000;
  std::vector<LifeEvent> life;
  for (std::size_t i = 0; i < kWakers; ++i) life.push_back(used(WakerOp::kClone, 1 + i, 1));
  for (std::size_t i = 0; i < kWakers; ++i) {
    life.push_back(i % 2 == 0 ? used(WakerOp::kDrop, 1 + i, 1) : used(WakerOp::kWake));
  }
  const WakerLedger ledger = waker_ledger(living(std::move(life)));
  EXPECT_EQ(ledger.entries[kWakers].basis, WakerBasis::kOp);
  EXPECT_EQ(ledger.entries[kWakers + 1].waker, kWakers - 1);
  for (const LedgerWaker& waker : ledger.wakers) ASSERT_TRUE(waker.gone);
}

// Whatever is matched with what, the books balance.
TEST(WakerLedger, BalancesOnRandomLives) {
  std::mt19937 random(7);
  for (int run = 0; run < 300; ++run) {
    std::vector<LifeEvent> life;
    for (std::size_t i = random() % 40; i > 0; --i) {
      life.push_back(
          used(static_cast<WakerOp>(random() % 4), random() % 3, random() % 3, random() % 4 == 0));
    }
    const Task task = living(life);
    const WakerLedger ledger = waker_ledger(task);
    ASSERT_EQ(ledger.entries.size(), life.size());
    std::size_t clones = 0, gone = 0, taken = 0;
    for (std::size_t i = 0; i < life.size(); ++i) {
      const WakerEntry& entry = ledger.entries[i];
      const bool takes = life[i].op == WakerOp::kDrop || life[i].op == WakerOp::kWake;
      clones += life[i].op == WakerOp::kClone ? 1 : 0;
      taken += takes && entry.waker ? 1 : 0;
      if (!entry.waker) continue;
      const LedgerWaker& waker = ledger.wakers[*entry.waker];
      ASSERT_LE(waker.cloned, i);
      ASSERT_GE(waker.gone.value_or(i), i);
    }
    for (const LedgerWaker& waker : ledger.wakers) gone += waker.gone ? 1 : 0;
    ASSERT_EQ(ledger.wakers.size(), clones);
    ASSERT_EQ(gone, taken);
  }
}

}  // namespace
}  // namespace ari::replay
