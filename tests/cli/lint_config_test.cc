// The configuration file of lint: what it says, and what is said of a wrong one.
#include "replay/cli/lint_config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "tests/cli/cli.h"

namespace ari::replay {
namespace {

using testing::ElementsAre;
using testing::Pair;

TEST(LintConfig, SaysWhatFlagsCouldSay) {
  const auto choices = parse_lint_config(
                           "# what our servers are held to\r\n"
                           "\n"
                           "  long-poll=20ms# and no more\n"
                           "self-wakes = 60%\r\n"
                           "\tdeny = provisional , long-poll\n"
                           "warn = task-leak, long-scheduled\n"
                           "allow = large-future, no-tasks\n"
                           "only = lost-waker",
                           "x.conf")
                           .value();
  EXPECT_THAT(choices.limits, ElementsAre(Pair("long-poll", 20'000'000), Pair("self-wakes", 60)));
  EXPECT_EQ(choices.least_denied, std::optional(LeastDenied(Status::kProvisional)));
  EXPECT_THAT(choices.denied, ElementsAre("long-poll"));
  EXPECT_THAT(choices.warned, ElementsAre("task-leak", "long-scheduled"));
  EXPECT_THAT(choices.allowed, ElementsAre("large-future"));
  EXPECT_TRUE(choices.no_tasks_allowed);
  EXPECT_THAT(choices.only, ElementsAre("lost-waker"));
}

TEST(LintConfig, ShowsWhereItIsWrong) {
  struct Case {
    const char* text;
    const char* want;
  };
  const Case cases[] = {
      {"long-poll = 20sec",
       "x.conf:1:13: '20sec' is no limit here: expected a time such as 20ms (ns, us, ms, s, m or "
       "h)\n  long-poll = 20sec\n              ^"},
      {"\n# fine\nlongpoll = 1ms\r\n",
       "x.conf:3:1: unknown name 'longpoll' (did you mean 'long-poll'?); expected only, deny, "
       "warn, "
       "allow or a lint\n  longpoll = 1ms\n  ^"},
      {"  strict  # yes", "x.conf:1:3: expected NAME = VALUE\n    strict  # yes\n    ^"},
      {"allow =", "x.conf:1:8: expected a value after '='\n  allow =\n         ^"},
      {"warn = task-leak,, long-poll",
       "x.conf:1:18: expected a word between the commas\n  warn = task-leak,, long-poll\n         "
       "          ^"},
      {"auto-boxed-future = 1",
       "x.conf:1:21: 'auto-boxed-future' has no limit\n  auto-boxed-future = 1\n                  "
       "    ^"},
      // What a terminal would obey is spelled out, and the caret still stands under its column.
      {"\x1b[31m = 1",
       "x.conf:1:1: unknown name '\\x1b[31m'; expected only, deny, warn, allow or a lint\n  "
       "\\x1b[31m = 1\n  ^"},
  };
  for (const Case& c : cases) {
    const auto choices = parse_lint_config(c.text, "x.conf");
    ASSERT_FALSE(choices.has_value()) << c.text;
    EXPECT_EQ(choices.error().message, c.want);
  }
}

TEST(LintConfig, IsReadFromAFileAndOutdoneByFlags) {
  const std::string path = testing::TempDir() + "ari-lint-config-test.conf";
  std::ofstream(path) << "allow = lost-waker\n";
  EXPECT_EQ(run_replay("lint --config " + path + " " + kFaultyLog).exit_code, 0);
  EXPECT_EQ(run_replay("lint --config " + path + " --deny lost-waker " + kFaultyLog).exit_code, 1);
  std::ofstream(path) << "allow = lost\n";
  const test::Ran ran = run_replay("lint --config " + path + " " + kFaultyLog);
  EXPECT_EQ(ran.exit_code, 2);
  EXPECT_EQ(ran.out, "");
  EXPECT_TRUE(ran.err.starts_with("ari-replay: " + path + ":1:9: unknown value 'lost'")) << ran.err;
  EXPECT_EQ(run_replay("lint --config no-such.conf " + kSoundLog).err,
            "ari-replay: cannot read no-such.conf: No such file or directory\n");
  EXPECT_EQ(run_replay("lint --config / " + kSoundLog).err,
            "ari-replay: cannot read /: Is a directory\n");
  EXPECT_EQ(run_replay("lint --config /dev/zero " + kSoundLog).err,
            "ari-replay: /dev/zero is longer than 1 MiB: no configuration of lints\n");
}

}  // namespace
}  // namespace ari::replay
