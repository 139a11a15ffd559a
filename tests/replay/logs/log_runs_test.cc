// Which logs are of one run.
#include "replay/input/log_runs.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "tests/support/run.h"

namespace ari::replay {
namespace {

using testing::ElementsAre;

TEST(RotatedNames, DifferInANumberOrADate) {
  struct Case {
    const char *a, *b;
    bool want;
  };
  constexpr Case kCases[] = {
      {"run.log", "run.log.1", true},
      {"run.log.1", "run.log.10.gz", true},
      {"logs/run.jsonl", "logs/run.2.jsonl", true},
      {"run.2.jsonl.zst", "run.10.jsonl.zst", true},
      {"app.2026-11-26", "app.2026-11-27", true},
      {"app.2026-11-26-10.log", "app.2026-11-26-11.log", true},
      {"run.log", "run.log", true},
      {"a/run.log", "b/run.log.1", false},
      {"ping.log", "pong.log", false},
      {"worker-1.log", "worker-2.log", false},
      {"run.log", "run.log.old", false},
      {"1.2", "1.3", true},
      {".1", ".2", false},  // a name must be left
  };
  for (const Case& c : kCases) {
    EXPECT_EQ(are_rotated_names(c.a, c.b), c.want) << c.a << ' ' << c.b;
    EXPECT_EQ(are_rotated_names(c.b, c.a), c.want) << c.a << ' ' << c.b;
  }
}

LogBeginning headed(const char* path, std::uint64_t pid, std::uint64_t part, std::int64_t at) {
  return {path, "ari JSONL", true, "server", "tsc", pid, 0, part, at, TimeBase::kUtc, path};
}

LogBeginning headless(const char* path, const char* format, std::int64_t at) {
  return {path, format, false, "", "", 0, 0, 0, at, TimeBase::kUtc, path};
}

std::vector<Run> runs(const std::vector<LogBeginning>& logs) { return find_runs(logs).value(); }

TEST(Runs, AreToldByProcessAndPartWhereAHeaderNamesThem) {
  EXPECT_THAT(runs({headed("c", 7, 3, 30), headed("a", 7, 0, 10), headed("b", 7, 2, 20)}),
              ElementsAre(ElementsAre(1, 2, 0)));
  EXPECT_THAT(runs({headed("run.jsonl", 7, 0, 10), headed("run.2.jsonl", 8, 2, 20)}),
              ElementsAre(ElementsAre(0), ElementsAre(1)));
  EXPECT_THAT(runs({headed("a", 0, 0, 10), headed("b", 0, 2, 20)}),  // which process is not told
              ElementsAre(ElementsAre(0), ElementsAre(1)));
  EXPECT_THAT(runs({headed("a", 7, 0, 10), headed("b", 7, 0, 20)}),  // a process id used again
              ElementsAre(ElementsAre(0), ElementsAre(1)));
}

TEST(Runs, AreToldByNameTimeAndFormatElsewhere) {
  EXPECT_THAT(runs({headless("x.log", "ari text", 20), headless("x.log.1", "ari text", 10)}),
              ElementsAre(ElementsAre(1, 0)));
  EXPECT_THAT(runs({headless("x.log", "ari text", 20), headless("x.log.1", "fmt JSON", 10)}),
              ElementsAre(ElementsAre(1), ElementsAre(0)));
  EXPECT_THAT(runs({headless("x.log", "ari text", 20), headless("y.log", "ari text", 10)}),
              ElementsAre(ElementsAre(1), ElementsAre(0)));
}

// Former bug: the earliest instant came first, and a file behind midnight before the one before it.
TEST(Runs, AreInTheOrderOfTheirNamesWhereInstantsHaveNoDay) {
  const auto by_day = [](const char* path, std::int64_t at) {
    LogBeginning log = headless(path, "fmt Full", at);
    log.time_base = TimeBase::kTimeOfDay;
    return log;
  };
  struct Case {
    const char *earlier, *later;
  };
  constexpr Case kCases[] = {
      {"x.log.1", "x.log"},    {"x.log.10.gz", "x.log.9"},       {"x.log", "x.2.log"},
      {"x.2.log", "x.10.log"}, {"x.2026-11-26", "x.2026-11-27"}, {"x.log.2026-11-27", "x.log"},
  };
  for (const Case& c : kCases) {
    SCOPED_TRACE(c.earlier);
    EXPECT_THAT(runs({by_day(c.later, 1), by_day(c.earlier, 22)}), ElementsAre(ElementsAre(1, 0)));
  }
  EXPECT_THAT(runs({by_day("x.log.1", 22), by_day("y.log", 1)}),
              ElementsAre(ElementsAre(1), ElementsAre(0)));
}

TEST(Runs, AreInTheOrderOfTheirNamesWhereTheClockMustHaveBeenSetBack) {
  const auto telling = [](const char* path, std::int64_t at, FirstOfSpans first) {
    LogBeginning log = headless(path, "fmt Full", at);
    log.first_of_spans = first;
    return log;
  };
  using enum FirstOfSpans;
  EXPECT_THAT(runs({telling("x.log", 10, kUse), telling("x.log.1", 20, kBeginning)}),
              ElementsAre(ElementsAre(1, 0)));
  for (const auto& [first, second] : {std::pair(kUse, kUse), std::pair(kBeginning, kBeginning),
                                      std::pair(kBeginning, kUse), std::pair(kUse, kNothing)}) {
    EXPECT_THAT(runs({telling("x.log", 10, first), telling("x.log.1", 20, second)}),
                ElementsAre(ElementsAre(0, 1)));
  }
}

// In containers each program has the process id 1.
class PartsOfOneProcessId : public testing::Test {
 protected:
  // A part of a log that lasts from one microsecond to the other; part 1 does not say so.
  LogBeginning write(const std::string& name, int part, int from_us, int to_us) {
    const std::string path = folder_.path() + "/" + name;
    std::filesystem::create_directories(std::filesystem::path(path).parent_path());
    const auto line = [](int at_us, const std::string& rest) {
      return fmt::format("{{\"at\":\"2026-11-28T11:00:00.{:06}000Z\",{}}}\n", at_us, rest);
    };
    std::string head = R"("k":"log","version":1,"program":"load","pid":1,"clock":"tsc")";
    if (part > 1) head += fmt::format(R"(,"part":{},"retold":0)", part);
    std::ofstream(path) << line(from_us, head)
                        << line(from_us, R"("k":"event","th":1,"target":"t")")
                        << line(to_us, R"("k":"end","events":1,"lost":0)");
    return look_at_file(path).value();
  }
  test::TempDir folder_;
};

TEST_F(PartsOfOneProcessId, AreTakenForTheRunWhoseNamesOrInstantsTheyGoOnWith) {
  // Part 2 of `a` is gone, so that only its name tells whose part 3 is.
  const std::vector<LogBeginning> logs = {
      write("a/run.jsonl", 1, 10, 30),   write("b/run.jsonl", 1, 11, 29),
      write("b/run.2.jsonl", 2, 29, 47), write("a/run.3.jsonl", 3, 48, 60),
      write("b/run.3.jsonl", 3, 47, 61), write("copied/of-a.jsonl", 4, 60, 70)};
  EXPECT_THAT(runs(logs), ElementsAre(ElementsAre(0, 3, 5), ElementsAre(1, 2, 4)));
  EXPECT_THAT(runs({logs[0], logs[2]}), ElementsAre(ElementsAre(0), ElementsAre(1)));
  EXPECT_THAT(runs({logs[0], logs[4]}), ElementsAre(ElementsAre(0), ElementsAre(1)));
}

TEST(Runs, AreToldByNameBeforeAnythingElse) {
  const auto within = [](const char* path, std::int64_t at) {
    LogBeginning log = headless(path, "fmt Full", at);
    log.begins_within = true;
    return log;
  };
  for (const char* other : {"a/", "b/"}) {
    const std::string older = std::string(other) + "db.log.1",
                      newer = std::string(other) + "db.log";
    EXPECT_THAT(runs({headless("a/api.log.1", "fmt Full", 10), within("a/api.log", 20),
                      within(older.c_str(), 11), within(newer.c_str(), 21)}),
                ElementsAre(ElementsAre(0, 1), ElementsAre(2, 3)));
    EXPECT_THAT(runs({headless("a/api.log.1", "fmt Full", 10), within(newer.c_str(), 21)}),
                ElementsAre(ElementsAre(0), ElementsAre(1)));
  }
  // One that could go on with either of two goes on with neither.
  EXPECT_THAT(runs({headless("x.log", "fmt Full", 10), headless("y.log", "fmt Full", 11),
                    within("z.log", 20)}),
              ElementsAre(ElementsAre(0), ElementsAre(1), ElementsAre(2)));
}

// Of a log that uses spans which begin nowhere in it, something must be missing before it.
TEST(Runs, GoOnInALogThatBeginsWithin) {
  const auto within = [](const char* path, const char* format, std::int64_t at) {
    LogBeginning log = headless(path, format, at);
    log.begins_within = true;
    return log;
  };
  EXPECT_THAT(runs({headless("x.log", "fmt Full", 10), within("y.log", "fmt Full", 20)}),
              ElementsAre(ElementsAre(0, 1)));
  EXPECT_THAT(runs({headless("x.log", "fmt Full", 10), within("y.log", "fmt JSON", 20)}),
              ElementsAre(ElementsAre(0), ElementsAre(1)));
  EXPECT_THAT(runs({within("x.log", "fmt Full", 10), headless("y.log", "fmt Full", 20)}),
              ElementsAre(ElementsAre(0), ElementsAre(1)));
}

// Cut anywhere but at the first task, a log tells so; whole, it does not.
TEST(LogBeginning, TellsWhetherItBeginsWithin) {
  for (const char* file : {"ari-subscriber.log", "fmt-full.log", "fmt-json.jsonl"}) {
    SCOPED_TRACE(file);
    const std::string log = test::read_file(ARI_TESTDATA "/captures/barrier/" + std::string(file));
    EXPECT_FALSE(look_at(log, file).begins_within);
    for (std::size_t at = log.size() / 4; at < log.size() / 2; at += log.size() / 16) {
      EXPECT_TRUE(look_at(log.substr(log.find('\n', at) + 1), file).begins_within) << at;
    }
  }
}

TEST(Runs, OfSeveralProgramsMayBeMixed) {
  EXPECT_THAT(runs({headed("b2", 8, 2, 40), headed("a", 7, 0, 10), headed("b", 8, 0, 20),
                    headed("a2", 7, 2, 30)}),
              ElementsAre(ElementsAre(1, 3), ElementsAre(2, 0)));
}

TEST(Runs, AreNotMadeOfOneLogTwice) {
  LogBeginning copy = headed("copy", 7, 0, 10);
  copy.sample = "a";
  EXPECT_EQ(find_runs({headed("a", 7, 0, 10), copy}).error().message,
            "copy: is the same log as a: give each log once");
}

// Opening a pipe once more would wait for a writer that has long gone, or take lines away.
TEST(LastInstant, IsNotLookedForInWhatCannotBeReadAgain) {
  const std::string pipe = testing::TempDir() + fmt::format("last_instant.{}", getpid());
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  EXPECT_EQ(last_instant(pipe), std::nullopt);
  unlink(pipe.c_str());
  EXPECT_EQ(last_instant("-"), std::nullopt);
}

}  // namespace
}  // namespace ari::replay
