// `ari-replay convert` from outside: where its result goes and what becomes of failures.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/cli/cli.h"

namespace ari::replay {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

TEST(Convert, NeedsToBeToldTheFormat) {
  const test::Ran ran = run_replay("convert " + kSoundLog);
  EXPECT_EQ(ran.exit_code, 2);
  EXPECT_EQ(ran.out, "");
  EXPECT_EQ(ran.err,
            "ari-replay: --to is missing: jsonl, text, perfetto, chrome or csv\n"
            "  try 'ari-replay convert --help'\n");
}

TEST(Convert, TextAndJsonlAreLogsAgain) {
  const test::TempDir dir;
  const std::string file = dir.path() + "/run.jsonl.zst";
  ASSERT_EQ(run_replay("convert --to jsonl --output " + file + " ../workshop.jsonl").exit_code, 0);
  EXPECT_EQ(run_replay("convert --to jsonl " + file).out,
            test::read_file(ARI_TESTDATA "/workshop.jsonl"));
  EXPECT_EQ(run_replay("convert --to text " + kSoundLog).out,
            test::read_file(ARI_TESTDATA "/captures/" + kSoundLog));
}

TEST(Convert, SaysWhatOnlyJsonlCanKeepOfALogWithoutSpanIds) {
  const std::string log = "sleep/fmt-full.log";
  for (const char* to : {"text ", "csv ", "chrome "}) {
    EXPECT_THAT(run_replay(std::string("convert --to ") + to + log).err,
                HasSubstr("the log has no span ids: "));
  }
  EXPECT_EQ(run_replay("convert --to jsonl " + log).err, "");
  EXPECT_EQ(run_replay("convert --to text " + kSoundLog).err, "");
}

TEST(Convert, WritesToStandardOutputOrToAFile) {
  const test::TempDir dir;
  const std::string file = dir.path() + "/run.json";
  const test::Ran to_file = run_replay("convert --to chrome --output " + file + " " + kSoundLog);
  EXPECT_EQ(to_file.exit_code, 0);
  EXPECT_EQ(to_file.out, "");
  EXPECT_EQ(to_file.err, "");
  EXPECT_EQ(run_replay("convert --to chrome " + kSoundLog).out, test::read_file(file));
  EXPECT_THAT(test::read_file(file), StartsWith("{\"displayTimeUnit\":\"ns\","));
}

TEST(Convert, SaysWhyItCannotWrite) {
  const test::Ran ran = run_replay("convert --to csv --output /nowhere/x.csv " + kSoundLog);
  EXPECT_EQ(ran.exit_code, 2);
  EXPECT_EQ(ran.err, "ari-replay: cannot write /nowhere/x.csv: No such file or directory\n");
  EXPECT_THAT(run_replay("convert --to csv --output /dev/full " + kFaultyLog).err,
              HasSubstr("cannot write /dev/full: No space left on device"));
}

TEST(Convert, AFileIsLeftAloneIfTheLogCannotBeRead) {
  const test::TempDir dir;
  test::run("echo precious > x.csv", dir.path());
  const test::Ran ran =
      run_replay("convert --to csv --output " + dir.path() + "/x.csv nowhere.log");
  EXPECT_EQ(ran.exit_code, 2);
  EXPECT_EQ(ran.err, "ari-replay: nowhere.log: no such file\n");
  EXPECT_EQ(test::read_file(dir.path() + "/x.csv"), "precious\n");
}

// Neither does report, by whatever name the file goes.
TEST(Convert, DoesNotWriteOverWhatItReads) {
  const test::TempDir dir;
  test::run("cp " ARI_TESTDATA "/captures/" + kSoundLog + " log && ln -s log link", dir.path());
  const std::string log = dir.path() + "/log", link = dir.path() + "/link";
  for (const std::string& command :
       {"convert --to csv --output " + log + " " + log,
        "convert --to text --output " + link + " " + log, "report --output " + link + " " + log,
        "report --output " + log + " " + link}) {
    const test::Ran ran = run_replay(command);
    EXPECT_EQ(ran.exit_code, 2) << command;
    EXPECT_THAT(ran.err, HasSubstr(" is what is to be read; name another file\n")) << command;
  }
  EXPECT_EQ(test::read_file(log), test::read_file(ARI_TESTDATA "/captures/" + kSoundLog));
}

TEST(Convert, SendsNoBinaryToATerminal) {
  const test::Ran ran = test::run(
      "script -qec '" ARI_BIN_DIR "/ari-replay convert --to perfetto " + kSoundLog + "' /dev/null",
      ARI_TESTDATA "/captures");
  EXPECT_THAT(ran.out, HasSubstr("a Perfetto trace is binary; name a file with --output"));
}

}  // namespace
}  // namespace ari::replay
