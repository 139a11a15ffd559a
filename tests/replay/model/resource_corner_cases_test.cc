// Resources and async ops in logs that are odd: torn, lossy, old, several in one file.
#include <gtest/gtest.h>

#include <utility>

#include "replay/model/op_state.h"
#include "tests/replay/model/happening.h"

namespace ari::test {
namespace {

using replay::AsyncOp;
using replay::Model;
using replay::OpState;
using replay::Semantics;
using replay::SpanId;
using subscriber::RecordKind;

Happening begin(const char* name, SpanId span, SpanId parent = 0) {
  Happening h{.kind = RecordKind::kNew, .span = span, .parent = parent, .name = name};
  if (name == std::string_view(kResource)) {
    h.fields = {{"concrete_type", std::string("Semaphore")}, {"kind", std::string("Sync")}};
  }
  if (name == std::string_view(kOp)) h.fields = {{"source", std::string("Acquire::new")}};
  return h;
}
Happening enters(SpanId span) { return {.kind = RecordKind::kEnter, .span = span}; }
Happening exits(SpanId span) { return {.kind = RecordKind::kExit, .span = span}; }
Happening closes(SpanId span) { return {.kind = RecordKind::kClose, .span = span}; }
Happening poll_op(bool ready) {
  return {.kind = RecordKind::kEvent,
          .target = kPollOp,
          .fields = {{"op_name", std::string("poll_acquire")}, {"is_ready", ready}}};
}
Happening permits(std::uint64_t count, const char* how) {
  return {.kind = RecordKind::kEvent,
          .target = kResourceState,
          .fields = {{"permits", count}, {"permits.op", std::string(how)}}};
}

// One happening each 10 ns, from 10 on.
Happenings log(Happenings out) {
  for (std::size_t i = 0; i < out.size(); ++i)
    out[i].at_ns = static_cast<std::int64_t>(10 * i + 10);
  return out;
}

// The same after resource 1, op 2 and its poll 3 were made as Tokio makes them, up to 70 ns.
Happenings after_making(std::initializer_list<Happening> happenings) {
  Happenings all = {begin(kResource, 1),  enters(1), begin(kOp, 2, 1), enters(2),
                    begin(kOpPoll, 3, 2), exits(2),  exits(1)};
  all.insert(all.end(), happenings);
  return log(std::move(all));
}

TEST(ResourceCornerCases, MakingAnOpIsNoPollButInTheConsolesEyes) {
  const Happenings made = after_making({});
  const AsyncOp corrected = fold_happenings(made, {}).ops[0];
  EXPECT_EQ(corrected.polls, 0U);
  EXPECT_EQ(state_of(corrected), OpState::kUnpolled);
  const AsyncOp console = fold_happenings(made, {.semantics = Semantics::kConsole}).ops[0];
  EXPECT_EQ(console.polls, 1U);
  EXPECT_EQ(console.busy_ns, 20);
}

// The console looks at the clock only until the first poll is over.
TEST(ResourceCornerCases, APollThatGoesOnIsBusyButInTheConsolesEyes) {
  const Happenings polled = after_making({enters(1), enters(2), enters(3), poll_op(false)});
  const AsyncOp corrected = fold_happenings(polled, {}).ops[0];
  EXPECT_EQ(state_of(corrected), OpState::kPolled);
  EXPECT_EQ(corrected.busy_ns, 10);   // 100 to 110
  EXPECT_EQ(corrected.total_ns, 80);  // 30 to 110
  const AsyncOp console = fold_happenings(polled, {.semantics = Semantics::kConsole}).ops[0];
  EXPECT_EQ(console.busy_ns, 20);  // that of its making
  EXPECT_EQ(console.idle_ns, 60);
  // In its making, which the console takes for the first poll, the clock runs.
  const Happenings made =
      log({begin(kResource, 1), enters(1), begin(kOp, 2, 1), enters(2), begin(kOpPoll, 3, 2)});
  const AsyncOp first = fold_happenings(made, {.semantics = Semantics::kConsole}).ops[0];
  EXPECT_EQ(first.busy_ns, 10);  // 40 to 50
  EXPECT_EQ(first.idle_ns, 10);
}

TEST(ResourceCornerCases, ReadinessIsWhatTheLastOfTwoPollOpsSays) {
  // The first is the budget's, the second the result.
  const Model model = fold_happenings(after_making({enters(1), enters(2), enters(3), poll_op(true),
                                                    poll_op(false), exits(3), exits(2), exits(1)}),
                                      {});
  EXPECT_EQ(state_of(model.ops[0]), OpState::kPending);
  EXPECT_EQ(model.ops[0].polls, 1U);
}

TEST(ResourceCornerCases, AnOpThatIsDroppedWhilePendingIsCancelled) {
  const Happenings pending =
      after_making({enters(1), enters(2), enters(3), poll_op(false), exits(3), exits(2), exits(1),
                    closes(3), closes(2), closes(1)});
  EXPECT_EQ(state_of(fold_happenings(pending, {}).ops[0]), OpState::kCancelled);
}

// Its exits are among what was lost: the next poll is a poll all the same.
TEST(ResourceCornerCases, AfterALossAPollCanBegin) {
  for (const Semantics semantics : {Semantics::kConsole, Semantics::kCorrected}) {
    const Happenings lossy = after_making({enters(1),
                                           enters(2),
                                           enters(3),
                                           {.kind = RecordKind::kLost},
                                           enters(1),
                                           enters(2),
                                           enters(3),
                                           poll_op(true),
                                           exits(3),
                                           exits(2),
                                           exits(1)});
    const Model model = fold_happenings(lossy, {.semantics = semantics});
    const AsyncOp& op = model.ops[0];
    EXPECT_EQ(op.polls, semantics == Semantics::kConsole ? 3U : 2U);
    EXPECT_FALSE(op.is_polled);
    EXPECT_EQ(state_of(op), OpState::kReady);
  }
}

TEST(ResourceCornerCases, AnIdThatIsUsedAgainIsAnotherThing) {
  const Model model = fold_happenings(
      after_making({enters(1), permits(3, "override"), exits(1), closes(3), closes(2), closes(1),
                    begin(kResource, 1), enters(1), permits(5, "override"), exits(1)}),
      {});
  ASSERT_EQ(model.resources.size(), 2U);
  EXPECT_EQ(show(model.resources[0].attributes), " permits[1]=u3");
  EXPECT_EQ(show(model.resources[1].attributes), " permits[1]=u5");
  EXPECT_EQ(model.ops[0].resource.index, 0U);
}

TEST(ResourceCornerCases, AnIdThatIsUsedAgainEndsWhatHadItThoughItsCloseIsMissing) {
  const Model model =
      fold_happenings(log({begin(kResource, 1), begin(kResource, 1), enters(1)}), {});
  ASSERT_EQ(model.resources.size(), 2U);
  EXPECT_EQ(model.resources[0].dropped_unix_ns, 20);
  EXPECT_FALSE(model.resources[1].dropped_unix_ns.has_value());
}

TEST(ResourceCornerCases, EachRecordingOfALogEndsForItself) {
  Happenings both = after_making({enters(1),
                                  enters(2),
                                  enters(3),
                                  {.kind = RecordKind::kHeader},
                                  begin(kResource, 1),
                                  permits(1, "override")});
  both.back().at_ns = 1'000'000;
  const Model model = fold_happenings(both, {});
  ASSERT_EQ(model.resources.size(), 2U);
  EXPECT_EQ(model.ops[0].total_ns, 70);  // from 30 to 100, where its recording ends
  EXPECT_EQ(model.resources[0].total_ns, 90);
  EXPECT_EQ(model.resources[1].attributes.size(), 0U);  // nothing is entered any more
}

TEST(ResourceCornerCases, WatchedResourcesKeepTheirChanges) {
  Happening task = begin(kTask, 9);
  task.fields = {{"kind", std::string("task")}};
  const Model model = fold_happenings(
      log({begin(kResource, 1), begin(kResource, 4), enters(1), permits(3, "override"), exits(1),
           task, enters(9), enters(1), permits(1, "sub"), exits(1), exits(9)}),
      {.watch_resource = [](const replay::Resource& r) { return r.span == 1; }});
  const auto& changes = model.resources[0].changes;
  ASSERT_EQ(changes.size(), 2U);
  EXPECT_EQ(changes[0].attribute.value.as_u64(), 3U);
  EXPECT_EQ(changes[0].task.span, 0U);
  EXPECT_EQ(changes[1].attribute.value.as_u64(), 2U);
  EXPECT_EQ(changes[1].task.span, 9U);
  EXPECT_EQ(changes[1].at_unix_ns, 90);
  EXPECT_EQ(changes[1].line, 9U);
  EXPECT_TRUE(model.resources[1].changes.empty());
}

// A parent of itself, or of its parent, as only a broken log can have it.
TEST(ResourceCornerCases, CirclesAreNotFollowedForEver) {
  const Model model = fold_happenings(
      log({begin("circle", 1, 2), begin("circle", 2, 1), begin(kOp, 3, 1), begin(kOp, 4, 4),
           enters(4), begin(kOpPoll, 4, 4), enters(4), poll_op(true)}),
      {});
  EXPECT_EQ(model.ops.size(), 2U);
  EXPECT_EQ(model.ops[0].resource.span, 0U);
}

}  // namespace
}  // namespace ari::test
