// What a comparison must never say, on real and on random logs, and what it must.
#include "replay/diff/comparison.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <random>

#include "replay/diff/rank_test.h"
#include "replay/model/fold.h"
#include "tests/replay/input/reading.h"
#include "tests/replay/model/random_steps.h"
#include "tests/replay/model/step.h"
#include "tests/support/run.h"

namespace ari::replay {
namespace {

using List = std::vector<std::int64_t>;

FoldOptions with_samples() {
  FoldOptions options;
  options.samples = true;
  return options;
}

// Tasks that are polled often, for some 100 µs each time.
test::Steps busy_steps(std::uint32_t seed, double scale) {
  std::mt19937 random(seed);
  test::Steps steps;
  double now = 0;
  const auto at = [&](double more) {
    now += more * scale;
    return static_cast<std::int64_t>(now);
  };
  for (SpanId task = 1; task <= 15; ++task) {
    steps.push_back(test::spawn(at(1000), task));
    for (int poll = 0; poll < 8; ++poll) {
      steps.push_back(test::enter(at(20'000 + random() % 20'000), task));
      steps.push_back(test::clone(at(100), task));
      steps.push_back(test::exit(at(50'000 + random() % 100'000), task));
      steps.push_back(test::wake(at(500'000), task));
    }
    steps.push_back(test::destroying(test::enter(at(20'000), task)));
    steps.push_back(test::exit(at(50), task));
    steps.push_back(test::close(at(50), task));
  }
  return steps;
}

KindTable table(const test::Steps& steps) {
  return kinds_of(test::fold_steps(steps, with_samples()), true);
}

TEST(Comparison, OfALogWithItselfFindsNothing) {
  std::size_t logs = 0;
  for (const std::string& folder : test::capture_folders()) {
    for (const auto& file : std::filesystem::directory_iterator(folder)) {
      for (const Semantics semantics : {Semantics::kCorrected, Semantics::kConsole}) {
        FoldOptions options = with_samples();
        options.semantics = semantics;
        const Result<Model> model = fold(file.path().string(), options);
        if (!model.has_value()) continue;  // what is no log
        ++logs;
        const KindTable kinds = kinds_of(model.value(), true);
        for (const std::int64_t percent : {0, 10}) {
          const Comparison got = compare(kinds, kinds, {percent, 1});
          EXPECT_EQ(got.regressions, 0u) << file.path();
          EXPECT_EQ(got.improvements, 0u) << file.path();
          EXPECT_EQ(got.kinds.size(), kinds.size());
        }
      }
    }
  }
  EXPECT_GT(logs, 100u);
}

TEST(Comparison, OfARandomLogWithItselfFindsNothing) {
  for (std::uint32_t seed = 1; seed <= 100; ++seed) {
    const KindTable kinds = table(test::random_steps({.seed = seed, .clock_steps = true}));
    EXPECT_EQ(compare(kinds, kinds, {0, 1}).regressions, 0u) << "seed " << seed;
  }
}

TEST(Comparison, FindsThatAllTakesHalfAsLongAgain) {
  for (std::uint32_t seed = 1; seed <= 20; ++seed) {
    const KindTable a = table(busy_steps(seed, 1)), b = table(busy_steps(seed, 1.5));
    const Comparison got = compare(a, b, {});
    ASSERT_EQ(got.kinds.size(), 1u);
    EXPECT_EQ(got.kinds[0].busy.change, Change::kMore) << "seed " << seed;
    EXPECT_EQ(got.kinds[0].scheduled.change, Change::kMore) << "seed " << seed;
    EXPECT_EQ(got.kinds[0].wakes.change, Change::kWithin) << "seed " << seed;
    EXPECT_EQ(got.regressions, 2u);
    // Not beyond a threshold that it does not pass.
    EXPECT_EQ(compare(a, b, {60, 1}).regressions, 0u) << "seed " << seed;
  }
}

TEST(Comparison, SwappedTurnsMoreIntoLess) {
  for (std::uint32_t seed = 1; seed <= 50; ++seed) {
    std::mt19937 random(seed);
    const double scale = 0.6 + 0.02 * static_cast<double>(random() % 50);
    const KindTable a = table(busy_steps(seed, 1)), b = table(busy_steps(seed + 1000, scale));
    const Comparison there = compare(a, b, {}), back = compare(b, a, {});
    EXPECT_EQ(there.regressions, back.improvements) << "seed " << seed;
    EXPECT_EQ(there.improvements, back.regressions) << "seed " << seed;
    EXPECT_EQ(there.kinds[0].busy.p, back.kinds[0].busy.p) << "seed " << seed;
  }
}

// Runs of the same program: with no threshold at all, chance alone may be taken for a change
// in one comparison of twenty; here of 500, each of five kinds.
TEST(Comparison, SeldomTakesChanceForAChange) {
  std::mt19937 random(1);
  std::lognormal_distribution<double> duration(10, 1);
  const auto draw = [&] {
    KindTable kinds;
    for (const char* name : {"a", "b", "c", "d", "e"}) {
      List& busy = kinds[{"", 0, 0, name, "task"}].busy_ns;
      for (int i = 0; i < 40; ++i) busy.push_back(static_cast<std::int64_t>(duration(random)));
      std::sort(busy.begin(), busy.end());
    }
    return kinds;
  };
  int wrong = 0;
  for (int i = 0; i < 500; ++i) {
    const KindTable a = draw(), b = draw();
    const Comparison got = compare(a, b, {0, 1});
    EXPECT_EQ(got.tests, 5u);
    wrong += got.regressions + got.improvements > 0 ? 1 : 0;
  }
  EXPECT_LE(wrong, 35);
  EXPECT_GT(wrong, 5);  // nor is it so careful that it could find nothing
}

KindTable one_kind(List busy, List wakes = {}) {
  KindTable kinds;
  KindSamples& samples = kinds[{"", 0, 0, "worker", "task"}];
  samples.tasks = 1;
  samples.busy_ns = std::move(busy);
  samples.wakes = std::move(wakes);
  return kinds;
}

TEST(Comparison, OfTooFewSamplesTellsNothing) {
  const List few(kFewestSamples - 1, 1'000'000), enough(kFewestSamples, 9'000'000);
  EXPECT_EQ(compare(one_kind(few), one_kind(enough), {}).kinds[0].busy.change, Change::kTooFew);
  const Comparison none = compare(one_kind({}), one_kind(enough), {});
  EXPECT_EQ(none.kinds[0].busy.change, Change::kNotTold);
  EXPECT_EQ(none.tests, 0u);
  const List other(kFewestSamples, 1'000'000);
  EXPECT_EQ(compare(one_kind(other), one_kind(enough), {}).kinds[0].busy.change, Change::kMore);
}

// From 2 µs to 3 µs may be from 2.9 to 3.1 where the clock has microseconds.
TEST(Comparison, TakesNoDifferenceThatTheClockCannotTell) {
  const KindTable a = one_kind(List(50, 2000), List(50, 2)),
                  b = one_kind(List(50, 3000), List(50, 3));
  EXPECT_EQ(compare(a, b, {10, 1}).kinds[0].busy.change, Change::kMore);
  EXPECT_EQ(compare(a, b, {10, 1000}).kinds[0].busy.change, Change::kWithin);
  EXPECT_EQ(compare(a, b, {10, 1000}).kinds[0].wakes.change, Change::kMore);  // no time
}

TEST(Comparison, HoldsWithTheGreatestDurationsThatALogCanTell) {
  const KindTable a = one_kind(List(20, 1)), b = one_kind(List(20, INT64_MAX));
  EXPECT_EQ(compare(a, b, {10'000, 1}).regressions, 1u);
  EXPECT_EQ(compare(b, b, {10'000, 1}).regressions, 0u);
}

TEST(Comparison, ListsWhatOnlyOneLogHas) {
  KindTable a = one_kind({1}), b;
  b[{"", 0, 0, "other", "task"}].tasks = 2;
  const Comparison got = compare(a, b, {});
  ASSERT_EQ(got.kinds.size(), 2u);
  EXPECT_EQ(got.kinds[0].kind.name, "other");
  EXPECT_EQ(got.kinds[0].a_tasks, 0u);
  EXPECT_EQ(got.kinds[1].kind.name, "worker");
  EXPECT_EQ(got.kinds[1].b_tasks, 0u);
}

TEST(KindSamples, AreOfTasksWhoseNamesDifferInNumbersOnly) {
  Model a, b;
  for (const char* name : {"connection 1", "connection 22", "http2", "http2", "x"}) {
    a.tasks.emplace_back().name = name;
  }
  for (const char* name : {"connection 9", "http2"}) b.tasks.emplace_back().name = name;
  const Comparison got = compare(kinds_of(a, true), kinds_of(b, true), {});
  std::vector<std::string> names;
  for (const KindComparison& kind : got.kinds) names.push_back(kind.name);
  EXPECT_EQ(names, (std::vector<std::string>{"connection #", "http2", "x"}));
  EXPECT_EQ(got.kinds[0].a_tasks, 2u);
  EXPECT_EQ(got.kinds[0].b_tasks, 1u);
}

// A task that is cut off may have had more wakes.
TEST(KindSamples, TakeWakesOnlyOfTasksThatAreWhole) {
  const KindTable kinds =
      table({test::spawn(0, 1), test::spawn(0, 2), test::enter(5, 1), test::exit(9, 1),
             test::wake(10, 1), test::wake(10, 2), test::close(20, 1)});
  ASSERT_EQ(kinds.size(), 1u);
  EXPECT_EQ(kinds.begin()->second.tasks, 2u);
  EXPECT_EQ(kinds.begin()->second.wakes, List{1});
}

WaitTable waits(std::int64_t ns, std::size_t count) {
  std::vector<std::int64_t> list;
  for (std::size_t i = 0; i < count; ++i) list.push_back(ns + static_cast<std::int64_t>(i));
  return {{{"Mutex::lock", "Mutex", "src/main.rs", 3, 5}, list}};
}

TEST(Comparison, OfWaitsNeedsTheSameProofAndCountsAsMuch) {
  const auto between = [](const WaitTable& a, const WaitTable& b) {
    return compare(LogSamples({}, a), LogSamples({}, b), {10, 1});
  };
  const Comparison more = between(waits(1'000'000, 20), waits(5'000'000, 20));
  ASSERT_EQ(more.waits.size(), 1U);
  EXPECT_EQ(more.waits[0].waited.change, Change::kMore);
  EXPECT_EQ(more.regressions, 1U);
  EXPECT_EQ(more.tests, 1U);
  EXPECT_EQ(between(waits(5'000'000, 20), waits(1'000'000, 20)).improvements, 1U);
  EXPECT_EQ(between(waits(1'000'000, 20), waits(1'050'000, 20)).waits[0].waited.change,
            Change::kWithin);
  EXPECT_EQ(between(waits(1'000'000, 20), waits(9'000'000, 3)).waits[0].waited.change,
            Change::kTooFew);
  EXPECT_EQ(between(waits(1'000'000, 20), {}).waits[0].waited.change, Change::kNotTold);
}

// Former bug: only the last wait of an op counted, and none if that one had not ended.
TEST(Comparison, TakesEachWaitOfAnOpThatIsUsedAgain) {
  std::string log;
  const auto add = [&](int ms, const std::string& rest) {
    log += "1970-01-01T00:00:01." + std::to_string(100 + ms) + "000Z TRACE " + rest + "\n";
  };
  const std::string task = "runtime.spawn[1]{kind=task, task.name=, task.id=1}";
  const std::string timer =
      "runtime.resource[2]{concrete_type=\"Sleep\", kind=\"timer\", loc.file=\"a.rs\", loc.line=3, "
      "loc.col=5}";
  const std::string op = timer + " runtime.resource.async_op[3]{source=\"Sleep::new_timeout\"}";
  const std::string poll = op + " runtime.resource.async_op.poll[4]";
  add(0, task + " new");
  add(0, timer + " new");
  add(0, op + " new");
  add(0, poll + " new");
  const auto polled = [&](int ms, bool is_ready) {
    for (const std::string* span : {&task, &timer, &op, &poll}) add(ms, *span + " enter");
    add(ms, poll + " runtime::resource::poll_op: op_name=\"poll_elapsed\", is_ready=" +
                (is_ready ? "true" : "false"));
    for (const std::string* span : {&poll, &op, &timer, &task}) add(ms, *span + " exit");
  };
  polled(10, false);
  polled(20, true);  // 10 ms
  polled(30, false);
  polled(60, true);  // 30 ms
  polled(70, false);
  test::TextSource source(log);
  FoldOptions options;
  options.resources = options.samples = true;
  Fold fold(options);
  Result<Coverage> coverage = read_log(source, "x.log", fold);
  ASSERT_TRUE(coverage.has_value());
  const WaitTable table = ended_waits_of(fold.finish(std::move(coverage).value()));
  ASSERT_EQ(table.size(), 1U);
  EXPECT_EQ(table.begin()->first.source, "Sleep::new_timeout");
  EXPECT_EQ(table.begin()->second, (List{10'000'000, 30'000'000}));
}

TEST(Comparison, TakesOnlyWaitsThatEndedAndNoneInsideOfOthers) {
  std::size_t any = 0;
  for (const std::string& folder : test::capture_folders()) {
    for (const auto& file : std::filesystem::directory_iterator(folder)) {
      FoldOptions options;
      options.resources = true;
      const Result<Model> model = fold(file.path().string(), options);
      if (!model.has_value()) continue;
      std::size_t count = 0, outermost = 0;
      for (const auto& [place, list] : ended_waits_of(model.value())) {
        count += list.size();
        EXPECT_TRUE(std::is_sorted(list.begin(), list.end()));
        EXPECT_GE(list.front(), 0);
      }
      for (const AsyncOp& op : model.value().ops) outermost += op.parent_op.span == 0 ? 1 : 0;
      EXPECT_LE(count, outermost) << file.path();
      any += count;
    }
  }
  EXPECT_GT(any, 100U);
}

}  // namespace
}  // namespace ari::replay
