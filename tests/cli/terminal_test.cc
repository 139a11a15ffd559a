// How output follows the terminal: colour and width.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "replay/report/display_width.h"
#include "tests/cli/cli.h"

namespace ari::replay {
namespace {

bool coloured(const std::string& text) { return text.find('\x1b') != std::string::npos; }

TEST(Colour, FollowsTheFlagBeforeTheEnvironmentBeforeTheStream) {
  struct Case {
    const char* environment;
    const char* flag;
    bool want;
  };
  constexpr Case kCases[] = {
      {"", "", false},  // a pipe
      {"", "--color always", true},
      {"NO_COLOR=1", "--color always", true},
      {"CLICOLOR_FORCE=1", "", true},
      {"CLICOLOR_FORCE=1", "--color never", false},
      {"NO_COLOR=1 CLICOLOR_FORCE=1", "", false},
  };
  for (const Case& c : kCases) {
    for (const char* command : {"summary", "tasks", "lint", "show"}) {
      const std::string line = std::string(c.environment) + " " ARI_BIN_DIR "/ari-replay " +
                               command + " " + c.flag + " " + kFaultyLog;
      EXPECT_EQ(coloured(test::run(line, ARI_TESTDATA "/captures").out), c.want) << line;
    }
  }
}

TEST(Colour, IsNeverInJson) {
  for (const char* command : {"summary", "tasks", "lint", "show"}) {
    const test::Ran ran =
        run_replay(std::string(command) + " --format json --color always " + kFaultyLog);
    EXPECT_FALSE(ran.out.empty()) << command;
    EXPECT_FALSE(coloured(ran.out)) << command;
  }
}

// The output of a command on a terminal of so many columns.
std::string on_terminal(int columns, const std::string& environment, const std::string& arguments) {
  const std::string command = "stty cols " + std::to_string(columns) + "; " + environment +
                              " exec " ARI_BIN_DIR "/ari-replay " + arguments;
  return test::run("script -qec '" + command + "' /dev/null", ARI_TESTDATA "/captures").out;
}

std::size_t widest(const std::string& text) {
  std::size_t width = 0;
  for (std::string line : test::lines_of(text)) {
    std::erase(line, '\r');  // the terminal ends lines with CR LF
    width = std::max(width, display_width(line));
  }
  return width;
}

TEST(Terminal, GetsColourUnlessItIsDumb) {
  EXPECT_TRUE(coloured(on_terminal(80, "TERM=xterm", "tasks " + kSoundLog)));
  EXPECT_FALSE(coloured(on_terminal(80, "TERM=dumb", "tasks " + kSoundLog)));
  EXPECT_FALSE(coloured(on_terminal(80, "NO_COLOR=1", "tasks " + kSoundLog)));
}

TEST(Terminal, SetsTheWidthUnlessColumnsDoes) {
  const std::string log = "large-future/console-record.jsonl";
  const std::size_t wide = widest(on_terminal(220, "NO_COLOR=1", "tasks " + log));
  const std::size_t narrow = widest(on_terminal(60, "NO_COLOR=1", "tasks " + log));
  EXPECT_GT(wide, 100u);
  EXPECT_LE(wide, 220u);
  EXPECT_LE(narrow, 60u);
  EXPECT_LE(widest(on_terminal(220, "NO_COLOR=1 COLUMNS=60", "tasks " + log)), 60u);
  EXPECT_LE(widest(run_replay("tasks " + log).out), 80u);  // no terminal
}

TEST(Width, OfNoViewOfNoCaptureIsOverEightyColumns) {
  for (const std::string& folder : test::capture_folders()) {
    for (const char* name : {"ari-subscriber.log", "console-record.jsonl"}) {
      const std::string log = test::capture_file(folder, name);
      for (const char* command : {"summary ", "tasks ", "lint "}) {
        // The log's own path may be longer and is not broken for the sake of a column.
        const test::Ran ran =
            test::run("cp " + log + " /tmp/ari-width-$$; cd /tmp; " ARI_BIN_DIR "/ari-replay " +
                      command + "ari-width-$$; s=$?; rm /tmp/ari-width-$$; exit $s");
        EXPECT_LE(ran.exit_code, 1) << ran.err;
        for (const std::string& line : test::lines_of(ran.out)) {
          EXPECT_LE(display_width(line), 80u) << command << log << "\n" << line;
        }
      }
    }
  }
}

}  // namespace
}  // namespace ari::replay
