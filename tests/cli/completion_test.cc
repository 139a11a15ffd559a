// Completion scripts: that they hold every option, and that bash completes with them.
#include "replay/cli/completion.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/cli/cli.h"

namespace ari::replay {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(Completion, HoldsEveryCommandOptionAndWord) {
  Options options;
  const ProgramSpec program = program_spec(options);
  for (const Shell shell : {Shell::kBash, Shell::kZsh, Shell::kFish}) {
    const std::string script = completion_script(program, shell);
    for (const CommandSpec& command : program.commands) {
      EXPECT_THAT(script, HasSubstr(std::string(command.name)));
      for (const OptionSpec& option : command.options) {
        EXPECT_THAT(script, HasSubstr(std::string(option.name.substr(2))));
        for (const auto& word : option.choices) EXPECT_THAT(script, HasSubstr(std::string(word)));
      }
    }
  }
}

TEST(Completion, IsPrintedByTheProgram) {
  Options options;
  EXPECT_EQ(run_replay("completion fish").out,
            completion_script(program_spec(options), Shell::kFish));
}

// What bash offers when TAB is pressed after these words; the last one may be unfinished.
std::vector<std::string> offered(const std::string& words) {
  const test::Ran ran = test::run("bash --norc -c '. <(" ARI_BIN_DIR
                                  "/ari-replay completion bash); "
                                  "compopt() { :; }; "  // only works inside a real completion
                                  "COMP_WORDS=(ari-replay " +
                                      words +
                                      "); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _ari_replay; "
                                      "printf \"%s\\n\" \"${COMPREPLY[@]}\"'",
                                  ARI_TESTDATA "/captures/sleep");
  EXPECT_EQ(ran.exit_code, 0) << ran.err;
  EXPECT_EQ(ran.err, "");
  return test::lines_of(ran.out);
}

TEST(Completion, InBashOffersWhatMayFollow) {
  EXPECT_THAT(offered("ta"), ElementsAre("tasks", "task"));
  EXPECT_THAT(offered("res"), ElementsAre("resources", "resource"));
  EXPECT_THAT(offered("tasks --so"), ElementsAre("--sort"));
  EXPECT_THAT(offered("ops --a"), ElementsAre("--at"));
  EXPECT_THAT(offered("tasks --sort lo"),
              ElementsAre("longest-poll", "longest-scheduled", "location"));
  EXPECT_THAT(offered("tasks --format = js"), ElementsAre("json"));
  EXPECT_THAT(offered("lint --deny p"), ElementsAre("provisional"));
  EXPECT_THAT(offered("lint --warn task"), ElementsAre("task-leak"));
  EXPECT_THAT(offered("lint --format s"), ElementsAre("sarif"));
  EXPECT_THAT(offered("tasks --format s"), testing::Not(testing::Contains("sarif")));
  EXPECT_THAT(offered("explain lost"), ElementsAre("lost-waker"));
  EXPECT_THAT(offered("tasks --se"), ElementsAre("--semantics"));
  EXPECT_THAT(offered("completion z"), ElementsAre("zsh"));
  EXPECT_THAT(offered("summary console-r"), ElementsAre("console-record.jsonl"));
  EXPECT_THAT(offered("tasks --grep x"), testing::Not(testing::Contains("--grep")));
}

}  // namespace
}  // namespace ari::replay
