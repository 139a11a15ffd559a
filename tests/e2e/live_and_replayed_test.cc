// A run shown live and the same run replayed: the same bytes, the same facts.
#include <gtest/gtest.h>
#include <simdjson.h>

#include <cstdlib>
#include <string>

#include "tests/support/run.h"

namespace ari {
namespace {

namespace dom = simdjson::dom;

const std::string kReplay = ARI_BIN_DIR "/ari-replay";
const std::string kWorkshop = ARI_BIN_DIR "/ari-example-workshop";
const std::string kSteal = ARI_BIN_DIR "/ari-example-steal";  // on two workers

TEST(LiveAndReplayed, PrintTheSameBytesInEveryColourDepth) {
  for (const char* environment :
       {"CLICOLOR_FORCE=1 COLORTERM=truecolor", "CLICOLOR_FORCE=1 TERM=xterm-256color",
        "CLICOLOR_FORCE=1 TERM=xterm", "NO_COLOR=1"}) {
    SCOPED_TRACE(environment);
    const test::TempDir dir;
    const std::string log = dir.path() + "/run.jsonl";
    const test::Ran live =
        test::run(std::string(environment) + " ARI=stdout,jsonl:" + log + " " + kWorkshop);
    ASSERT_EQ(live.exit_code, 0) << live.err;
    EXPECT_GT(test::lines_of(live.out).size(), 50u);
    const bool coloured = std::string_view(environment).starts_with("CLICOLOR_FORCE");
    EXPECT_EQ(live.out.find('\x1b') != std::string::npos, coloured);

    const test::Ran replayed =
        test::run(std::string(environment) + " " + kReplay + " show --color " +
                  (coloured ? "always " : "never ") + log);
    EXPECT_EQ(replayed.exit_code, 0) << replayed.err;
    EXPECT_EQ(replayed.out, live.out);
  }
}

TEST(LiveAndReplayed, ARunOnTwoWorkersPrintsTheSameBytesAndItsOwnCounts) {
  const test::TempDir dir;
  const std::string log = dir.path() + "/run.jsonl";
  const test::Ran live = test::run("NO_COLOR=1 ARI=stdout,jsonl:" + log + " " + kSteal);
  ASSERT_EQ(live.exit_code, 0) << live.err;
  EXPECT_NE(live.out.find("runtime::worker: op=\"hand_over\", worker="), std::string::npos);
  EXPECT_EQ(test::run(kReplay + " show --color never " + log).out, live.out);

  dom::parser parser;
  const test::Ran tasks = test::run(kReplay + " tasks --format json " + log);
  int hogs = 0, guests = 0, roots = 0;
  for (const dom::element task : parser.parse(tasks.out)["tasks"].get_array()) {
    EXPECT_EQ(std::string_view(task["state"]), "completed");
    if (std::string_view(task["kind"]) == "block_on") {
      ++roots;
    } else {
      ++(task["name"].is_null() ? guests : hogs);
    }
  }
  EXPECT_EQ(roots, 1);
  EXPECT_EQ(hogs, 2);
  EXPECT_EQ(guests, 20);
}

TEST(LiveAndReplayed, TextAndJsonlOfOneRunTellTheSameOfEveryTask) {
  const test::TempDir dir;
  const std::string base = dir.path() + "/run";
  const test::Ran live = test::run("ARI=text:" + base + ".log,jsonl:" + base +
                                   ".jsonl,jsonl:" + base + ".jsonl.zst " + kWorkshop);
  ASSERT_EQ(live.exit_code, 0) << live.err;
  EXPECT_EQ(live.out, "");

  dom::parser text_parser, jsonl_parser;
  const std::string tasks = kReplay + " tasks --sort id --format json ";
  const dom::array from_text =
      text_parser.parse(test::run(tasks + base + ".log").out)["tasks"].value();
  const dom::array from_jsonl =
      jsonl_parser.parse(test::run(tasks + base + ".jsonl").out)["tasks"].value();
  ASSERT_EQ(from_text.size(), from_jsonl.size());
  ASSERT_GT(from_text.size(), 4u);
  for (std::size_t i = 0; i < from_text.size(); ++i) {
    const dom::element text = from_text.at(i), jsonl = from_jsonl.at(i);
    SCOPED_TRACE(simdjson::to_string(jsonl["name"].value()));
    for (const char* key :
         {"id", "span", "name", "kind", "state", "location", "polls", "wakes", "self_wakes",
          "waker_clones", "waker_drops", "waker_count", "warnings"}) {
      EXPECT_EQ(simdjson::to_string(text[key].value()), simdjson::to_string(jsonl[key].value()))
          << key;
    }
    // Text is cut to microseconds: each poll has two ends that may be off by one.
    const std::int64_t slack_ns = 2000 * (std::int64_t{jsonl["polls"]} + 2);
    for (const char* key : {"busy_ns", "scheduled_ns", "idle_ns", "total_ns"}) {
      EXPECT_LE(std::abs(std::int64_t{text[key]} - std::int64_t{jsonl[key]}), slack_ns) << key;
    }
  }
  // Compressed as it was written, the log is the same log.
  EXPECT_EQ(test::run("zstd -dcq " + base + ".jsonl.zst | cmp - " + base + ".jsonl").exit_code, 0);
}

TEST(LiveAndReplayed, NothingIsPrintedOrWrittenUnlessAskedFor) {
  const test::TempDir dir;
  const test::Ran ran = test::run(kWorkshop + " && ls", dir.path());
  EXPECT_EQ(ran.exit_code, 0);
  EXPECT_EQ(ran.out, "");
  EXPECT_EQ(ran.err, "");
}

TEST(LiveAndReplayed, AnInputThatCannotBeUnderstoodIsToldAndTheProgramRunsOn) {
  const test::Ran ran = test::run("ARI=jsonl " + kWorkshop);
  EXPECT_EQ(ran.exit_code, 0);
  EXPECT_EQ(test::lines_of(ran.err).size(), 1u) << ran.err;
  EXPECT_TRUE(ran.err.starts_with("ari: ")) << ran.err;
}

TEST(LiveAndReplayed, EveryIdOfTheStreamCanBeGrepped) {
  const test::Ran ran = test::run("ARI=stdout " + kWorkshop + " | grep -c 'runtime.spawn\\[1\\]{'");
  EXPECT_GT(std::atoi(ran.out.c_str()), 4);
}

}  // namespace
}  // namespace ari
