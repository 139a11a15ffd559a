// What --help says, and that it is the same everywhere.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "replay/cli/spec.h"
#include "replay/report/display_width.h"
#include "tests/cli/cli.h"
#include "tests/support/golden.h"

namespace ari::replay {
namespace {

using testing::HasSubstr;

TEST(Help, OfTheProgramLooksLikeThis) {
  const test::Ran ran = run_replay("--help");
  EXPECT_EQ(ran.exit_code, 0);
  EXPECT_EQ(ran.err, "");
  test::expect_golden("help/program.txt", ran.out);
  EXPECT_EQ(run_replay("-h").out, ran.out);
}

TEST(Help, OfEachCommandLooksLikeThis) {
  Options options;
  for (const CommandSpec& command : program_spec(options).commands) {
    const std::string name(command.name);
    const test::Ran ran = run_replay(name + " --help");
    EXPECT_EQ(ran.exit_code, 0) << name;
    EXPECT_EQ(ran.err, "") << name;
    test::expect_golden("help/" + name + ".txt", ran.out);
    EXPECT_EQ(run_replay("--help " + name).out, ran.out) << name;
    for (const OptionSpec& option : command.options) {
      EXPECT_THAT(ran.out,
                  HasSubstr("  " + std::string(option.short_name.empty() ? option.name
                                                                         : option.short_name)));
    }
  }
}

TEST(Help, FitsEightyColumns) {
  Options options;
  std::string all = run_replay("--help").out;
  for (const CommandSpec& command : program_spec(options).commands) {
    all += run_replay(std::string(command.name) + " --help").out;
  }
  for (const std::string& line : test::lines_of(all)) EXPECT_LE(display_width(line), 80u) << line;
}

TEST(Help, EveryExampleIsACommandThatIsUnderstood) {
  Options options;
  for (const CommandSpec& command : program_spec(options).commands) {
    for (const Example& example : command.examples) {
      // The logs are not there, which is found out only after the options are understood.
      const std::string text(example.command.substr(0, example.command.find_first_of("|<>")));
      const test::Ran ran = run_replay(text);
      EXPECT_EQ(ran.err.find("--help'"), std::string::npos) << text << "\n" << ran.err;
    }
  }
}

TEST(Version, IsTheProgramsNameAndNumber) {
  const test::Ran ran = run_replay("--version");
  EXPECT_EQ(ran.exit_code, 0);
  EXPECT_THAT(ran.out, testing::MatchesRegex("ari-replay [0-9]+\\.[0-9]+\\.[0-9]+\n"));
}

}  // namespace
}  // namespace ari::replay
