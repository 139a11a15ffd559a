// Which lints run, and what outdoes what.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "replay/lint/lint_settings.h"

namespace ari::replay {
namespace {

using testing::ElementsAre;

std::vector<std::string_view> looked_for(const LintSettings& settings) {
  std::vector<std::string_view> names;
  for (const Lint& lint : all_lints()) {
    if (settings.level(lint.name) != Level::kAllow) names.push_back(lint.name);
  }
  return names;
}

TEST(LintSettings, OfTheConsoleAreItsFiveLints) {
  EXPECT_THAT(looked_for(LintSettings(Semantics::kConsole)),
              ElementsAre("self-wakes", "lost-waker", "never-yielded", "auto-boxed-future",
                          "large-future"));
  EXPECT_THAT(
      looked_for(LintSettings(Semantics::kCorrected)),
      ElementsAre("self-wakes", "lost-waker", "never-yielded", "auto-boxed-future", "large-future",
                  "never-polled", "deadlock", "budget-exhausted", "blocked-worker"));
}

TEST(LintSettings, TheMildestOfSeveralLevelsHolds) {
  LintSettings settings(Semantics::kCorrected);
  LintChoices choices;
  choices.only = {"long-poll", "task-leak"};
  choices.denied = {"self-wakes", "task-leak", "lost-waker"};
  choices.warned = {"task-leak", "lost-waker"};
  choices.allowed = {"lost-waker"};
  settings.apply(choices);
  EXPECT_THAT(looked_for(settings), ElementsAre("self-wakes", "long-poll", "task-leak"));
  EXPECT_EQ(settings.level("self-wakes"), Level::kDeny);
  EXPECT_EQ(settings.level("long-poll"), Level::kDeny);
  EXPECT_EQ(settings.level("task-leak"), Level::kWarn);
}

TEST(LintSettings, WhatIsSaidLaterOutdoesWhatWasSaidBefore) {
  LintSettings settings(Semantics::kCorrected);
  LintChoices file, flags;
  file.allowed = {"self-wakes"};
  file.limits = {{"long-poll", 1}, {"large-future", 2}};
  file.least_denied = LeastDenied(Status::kRefuted);
  flags.denied = {"self-wakes"};
  flags.limits = {{"long-poll", 3}};
  settings.apply(file);
  settings.apply(flags);
  EXPECT_EQ(settings.level("self-wakes"), Level::kDeny);
  EXPECT_EQ(settings.limit("long-poll"), 3);
  EXPECT_EQ(settings.limit("large-future"), 2);
  EXPECT_EQ(settings.least_denied(), LeastDenied(Status::kRefuted));
}

TEST(LintSettings, LimitThatIsSetHoldsForEveryTask) {
  const Lint& large = *find_lint("large-future");
  LintSettings settings(Semantics::kCorrected);
  EXPECT_EQ(settings.limit("large-future"), 1024);
  EXPECT_EQ(settings.limit_of_ari(large), 16384);
  EXPECT_EQ(LintSettings(Semantics::kConsole).limit_of_ari(large), 1024);
  LintChoices flags;
  flags.limits = {{"large-future", 1024}};  // as it is, but said
  settings.apply(flags);
  EXPECT_EQ(settings.limit_of_ari(large), 1024);
}

TEST(TaskLints, FindWhatTheLintsFindOfEachTask) {
  Model model;
  for (const char* target : {"tokio::task", "ari::task", "ari::task"}) {
    model.tasks.emplace_back().target = target;
    model.tasks.back().future_bytes = 2000;
  }
  model.tasks.back().future_bytes = 20'000;
  const LintSettings settings(Semantics::kCorrected);
  const Findings findings = run_lints(model, settings);
  ASSERT_EQ(findings.size(), 2U);
  EXPECT_EQ(findings[0].task, 0U);
  EXPECT_EQ(findings[1].task, 2U);
  const TaskLints lints(settings);
  EXPECT_TRUE(lints.find_any(model, 0));
  EXPECT_FALSE(lints.find_any(model, 1));
  EXPECT_TRUE(lints.find_any(model, 2));
}

TEST(LimitText, IsExactAndMayBeTyped) {
  struct Case {
    Limit::Unit unit;
    std::int64_t value;
    const char* want;
  };
  constexpr Case kCases[] = {
      {Limit::Unit::kNone, 5, ""},
      {Limit::Unit::kNanoseconds, 0, "0ns"},
      {Limit::Unit::kNanoseconds, 60'000'000'000, "1m"},
      {Limit::Unit::kNanoseconds, 1'500'000'000, "1500ms"},
      {Limit::Unit::kNanoseconds, 10'000'001, "10000001ns"},
      {Limit::Unit::kBytes, 1024, "1024"},
      {Limit::Unit::kPercent, 50, "50%"},
      {Limit::Unit::kTimes, 50, "50x"},
  };
  for (const Case& c : kCases) EXPECT_EQ(limit_text(c.unit, c.value), c.want);
}

TEST(Lints, AreAllExplained) {
  for (const Lint& lint : all_lints()) {
    SCOPED_TRACE(lint.name);
    const Explanation& about = lint.explanation;
    for (const std::string_view sentences : {about.meaning, about.reason, about.advice}) {
      EXPECT_TRUE(sentences.ends_with('.')) << sentences;
      EXPECT_EQ(sentences.find("  "), sentences.npos) << sentences;
    }
    for (const std::string_view code : {about.rust, about.cpp}) EXPECT_TRUE(code.ends_with('\n'));
    EXPECT_EQ(lint.limit.unit == Limit::Unit::kNone, lint.limit.fallback == 0);
  }
}

}  // namespace
}  // namespace ari::replay
