// Logs in which a span id is used again: what is said is said of the one that had it then.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "tests/cli/cli.h"

namespace ari::replay {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

// Task 5 is "old", then "newer", which wakes "victim" [6]. That the first has closed is told or
// not.
class ReusedIds : public testing::Test {
 protected:
  test::Ran replay(const std::string& command, bool closes) {
    std::ofstream log(dir_.path() + "/run.jsonl");
    int at = 0;
    const auto line = [&](const std::string& rest) {
      const std::string ns = std::to_string(1'000'000'000 + ++at).substr(1);
      log << R"({"at":"2026-01-05T10:00:00.)" << ns << R"(Z",)" << rest << "}\n";
    };
    const auto task = [&](const char* id, const char* name) {
      line(std::string(R"("k":"new","th":1,"id":)") + id +
           R"(,"name":"runtime.spawn","target":"t","fields":{"kind":"task","task.name":")" + name +
           R"("})");
    };
    task("6", "victim");
    task("5", "old");
    line(R"("k":"enter","th":1,"id":5)");
    line(R"("k":"exit","th":1,"id":5)");
    if (closes) line(R"("k":"close","th":1,"id":5)");
    task("5", "newer");
    for (const char* k : {"enter", "clone", "exit"}) {
      line(std::string(R"("k":")") + k +
           (k == std::string("clone") ? R"(","th":1,"task":6)" : R"(","th":1,"id":6)"));
    }
    line(R"("k":"enter","th":1,"id":5)");
    line(R"("k":"wake","th":1,"in":5,"task":6)");
    line(R"("k":"clone","th":1,"in":5,"task":5)");
    line(R"("k":"exit","th":1,"id":5)");
    log.close();
    return test::run(ARI_BIN_DIR "/ari-replay " + command, dir_.path());
  }

  const test::TempDir dir_;
};

TEST_F(ReusedIds, WhoWokeATaskIsWhoHadTheIdThen) {
  for (const char* command : {"task run.jsonl victim", "wakers run.jsonl victim"}) {
    EXPECT_THAT(replay(command, true).out, AllOf(HasSubstr("newer [5]"), Not(HasSubstr("old [5]"))))
        << command;
  }
}

TEST_F(ReusedIds, ShowsNothingOfTheNextTaskWithTheId) {
  const std::string shown = replay("show --task old --kind waker run.jsonl", true).out;
  EXPECT_EQ(shown, "");
}

TEST_F(ReusedIds, EverySliceOfATraceEnds) {
  const std::string trace = replay("convert --to chrome run.jsonl", false).out;
  const auto times = [&](const std::string& part) {
    int count = 0;
    for (std::size_t i = trace.find(part); i != trace.npos; i = trace.find(part, i + 1)) ++count;
    return count;
  };
  EXPECT_GT(times(R"("ph":"B")"), 4);
  EXPECT_EQ(times(R"("ph":"B")"), times(R"("ph":"E")"));
}

TEST_F(ReusedIds, ATaskWithoutANameIsShownByItsKind) {
  const test::Ran ran =
      test::run(ARI_BIN_DIR "/ari-replay show --task block_on " ARI_TESTDATA "/workshop.jsonl");
  EXPECT_THAT(ran.out, HasSubstr("kind=block_on"));
}

}  // namespace
}  // namespace ari::replay
