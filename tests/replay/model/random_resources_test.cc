// Resources and async ops against the definitions, on random logs; and what must hold for
// every log.
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/replay/model/happening.h"
#include "tests/replay/model/random_happenings.h"
#include "tests/replay/model/slow_resources.h"

namespace ari::test {
namespace {

using replay::AsyncOp;
using replay::Model;
using replay::Semantics;

constexpr std::uint32_t kResourceLogs = 1000;

// Calls `check` with random logs until one fails; tells which.
template <typename Check>
void on_random_resource_logs(Check check) {
  for (std::uint32_t seed = 1; seed <= kResourceLogs; ++seed) {
    const Happenings log = random_happenings(seed);
    check(log);
    if (testing::Test::HasFailure()) FAIL() << "seed " << seed << "\n" << show(log);
  }
}

void expect_as_defined(const Happenings& log, Semantics semantics) {
  const Model model = fold_happenings(log, {.semantics = semantics});
  const SlowResources want = slow_resources(log, semantics);
  EXPECT_EQ(show(model.resources), show(want.resources));
  EXPECT_EQ(show(model.ops), show(want.ops));
}

TEST(RandomResources, AreAsDefinedInConsoleSemantics) {
  on_random_resource_logs(
      [](const Happenings& log) { expect_as_defined(log, Semantics::kConsole); });
}

TEST(RandomResources, AreAsDefinedInCorrectedSemantics) {
  on_random_resource_logs(
      [](const Happenings& log) { expect_as_defined(log, Semantics::kCorrected); });
}

TEST(RandomResources, BusyAndIdleAreTheWholeLife) {
  on_random_resource_logs([](const Happenings& log) {
    for (const AsyncOp& op : fold_happenings(log, {}).ops) {
      EXPECT_GE(op.busy_ns, 0);
      EXPECT_GE(op.idle_ns, 0);
      EXPECT_EQ(op.busy_ns + op.idle_ns, op.total_ns);
    }
  });
}

// Where what is over is forgotten, the rest is as it would be beside it, and no link leads astray.
TEST(RandomResources, ThatAreAliveAreTheSameWithoutThoseThatAreGone) {
  std::uint64_t gone = 0, links = 0;
  on_random_resource_logs([&](const Happenings& log) {
    Model all = fold_happenings(log, {.resources = true});
    const Model alive = fold_happenings(log, {.resources = true, .only_alive = true});
    EXPECT_EQ(alive.task_count(), all.tasks.size());
    const std::size_t before = all.resources.size() + all.ops.size();
    std::erase_if(all.resources, [](const auto& r) { return r.dropped_unix_ns.has_value(); });
    std::erase_if(all.ops, [](const auto& op) { return op.dropped_unix_ns.has_value(); });
    gone += before - all.resources.size() - all.ops.size();
    EXPECT_EQ(show(alive.resources), show(all.resources));
    EXPECT_EQ(show(alive.ops), show(all.ops));
    const auto expect_link = [&](const auto& things, const auto& every, const replay::Link& link) {
      const auto* thing = follow(things, link);
      const bool is_there = std::any_of(every.begin(), every.end(), [&](const auto& other) {
        return other.span == link.span && !other.dropped_unix_ns;
      });
      EXPECT_TRUE(thing == nullptr || thing->span == link.span);
      EXPECT_TRUE(thing != nullptr || !is_there || !link) << link.span;
      links += thing != nullptr ? 1 : 0;
    };
    for (const replay::Resource& r : alive.resources) {
      if (r.parent.index != replay::kNowhere) expect_link(alive.resources, all.resources, r.parent);
    }
    for (const AsyncOp& op : alive.ops) {
      if (op.resource.index != replay::kNowhere) {
        expect_link(alive.resources, all.resources, op.resource);
      }
      if (op.task.index != replay::kNowhere) expect_link(alive.tasks, all.tasks, op.task);
    }
  });
  EXPECT_GT(gone, 500U);  // else little was tested
  EXPECT_GT(links, 500U);
}

TEST(RandomResources, AsOfAnInstantAreThoseOfALogThatEndsThere) {
  on_random_resource_logs([](const Happenings& log) {
    const std::int64_t until = (log.front().at_ns + log.back().at_ns) / 2;
    Happenings past;
    for (const Happening& h : log) {
      if (h.at_ns <= until) past.push_back(h);
    }
    // Something that happens at the instant itself and changes nothing.
    past.push_back({.kind = subscriber::RecordKind::kEvent, .at_ns = until, .target = "end"});
    for (const Semantics semantics : {Semantics::kConsole, Semantics::kCorrected}) {
      const Model at = fold_happenings(
          log, {.semantics = semantics, .until = [&](std::int64_t) { return until; }});
      const Model ended = fold_happenings(past, {.semantics = semantics});
      EXPECT_EQ(show(at.resources), show(ended.resources));
      EXPECT_EQ(show(at.ops), show(ended.ops));
      EXPECT_EQ(at.coverage.as_of_unix_ns, until);
    }
  });
}

// Whatever is missing or mixed up: nothing is looked at that is not there.
TEST(RandomResources, WithoutThreadsOrCutOffAnywhereAreFoldedWithoutNonsense) {
  on_random_resource_logs([](const Happenings& log) {
    Happenings threadless = log;
    for (Happening& h : threadless) h.thread = 0;
    const Happenings tail(threadless.begin() + static_cast<std::ptrdiff_t>(log.size() / 2),
                          threadless.end());
    for (const Happenings& part : {threadless, tail}) {
      for (const Semantics semantics : {Semantics::kConsole, Semantics::kCorrected}) {
        const Model model = fold_happenings(part, {.semantics = semantics});
        for (const AsyncOp& op : model.ops) {
          EXPECT_GE(op.busy_ns, 0);
          EXPECT_GE(op.idle_ns, 0);
          EXPECT_TRUE(op.resource.index == replay::kNowhere ||
                      op.resource.index < model.resources.size());
        }
      }
    }
  });
}

}  // namespace
}  // namespace ari::test
