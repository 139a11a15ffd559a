// What ari-replay makes of logs that tell less than they seem to: it neither passes what it cannot
// know for a fact, nor lets a doubt about one thing spoil another.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "tests/cli/cli.h"

namespace ari::replay {
namespace {

using testing::HasSubstr;
using testing::Not;

const std::string kCut = "../fmt-cut/";

// Writes the log and returns its path.
std::string written(const std::string& name, const std::string& text) {
  const std::string path = testing::TempDir() + name;
  std::ofstream(path) << text;
  return path;
}

// Lines of ari JSONL, each with the second at which it happens in front: "1.5 \"k\":…".
std::string jsonl(std::initializer_list<std::pair<const char*, const char*>> lines) {
  std::string out =
      R"({"at":"2026-11-24T01:21:10.000000000Z","k":"log","version":1,"program":"p","pid":1,"clock":"tsc"})"
      "\n";
  for (const auto& [at, rest] : lines) {
    out += std::string(R"({"at":"2026-11-24T01:21:)") + at + R"(Z",)" + rest + "}\n";
  }
  return out;
}

// Line 2736 may be about one Mutex or another, but about neither of those that are locked for ever.
TEST(DoubtfulLogs, AGuessAboutOneLockLeavesADeadlockOfOthersDefinite) {
  const test::Ran ran = run_replay("lint --only deadlock " + kCut + "deadlock.jsonl.zst");
  EXPECT_THAT(ran.out, HasSubstr("deadlock (definite)")) << ran.out;
  EXPECT_EQ(ran.exit_code, 1);
  const test::Ran waits = run_replay("waits " + kCut + "deadlock.jsonl.zst");
  EXPECT_THAT(waits.out, Not(HasSubstr("erhaps"))) << waits.out;
  // So it is in what the log is converted to.
  const std::string to = testing::TempDir() + "converted.jsonl";
  ASSERT_EQ(run_replay("convert --to jsonl -o " + to + " " + kCut + "deadlock.jsonl.zst").exit_code,
            0);
  EXPECT_EQ(run_replay("lint --only deadlock " + to).exit_code, 1);
}

// An Interval waits in the same Sleep from tick to tick.
TEST(DoubtfulLogs, AnIntervalsTickIsOneWaitAndBeginsWithTheTick) {
  const test::Ran waits = run_replay("waits --at 90ms " + kCut + "interval.log.zst");
  EXPECT_THAT(waits.out, HasSubstr("1 wait ")) << waits.out;
  EXPECT_THAT(waits.out, HasSubstr("Interval::t")) << waits.out;
  EXPECT_THAT(waits.out, Not(HasSubstr("Sleep::new"))) << waits.out;
  const test::Ran tree = run_replay("tree --at 90ms " + kCut + "interval.log.zst");
  const std::size_t tick = tree.out.find("Interval::tick"), sleep = tree.out.find("Sleep::new");
  ASSERT_NE(sleep, std::string::npos) << tree.out;
  EXPECT_LT(tick, sleep) << tree.out;
  // The log is older than the tick that it waits for.
  EXPECT_THAT(tree.out, Not(HasSubstr("for 90"))) << tree.out;
}

TEST(DoubtfulLogs, LinesThatAreMissingWithinALogAreALoss) {
  const test::Ran whole = run_replay("summary " + kCut + "interval.log.zst");
  EXPECT_THAT(whole.out, Not(HasSubstr("missing within"))) << whole.out;
  const test::Ran ran = run_replay("summary " + kCut + "interval-gap.log.zst");
  EXPECT_THAT(ran.out, HasSubstr("lines are missing within the log")) << ran.out;
}

// A rotated log without one of its files: the task is in no poll all that time.
TEST(DoubtfulLogs, AFileThatIsLeftOutIsALoss) {
  const auto line = [](const char* at, const char* task, const char* word) {
    return std::string("2026-11-23T12:34:0") + at +
           "Z TRACE ThreadId(01) runtime.spawn{kind=task task.id=" + task +
           " loc.file=\"a.rs\" loc.line=6 loc.col=37}: tokio::task: " + word + "\n";
  };
  const std::string folder = testing::TempDir() + "left-out/";
  std::filesystem::create_directories(folder);
  const auto lint = [&](const char* second_day) {
    std::string logs;
    const auto add = [&](const std::string& day, const std::string& text) {
      written("left-out/app.log.2026-11-" + day, text);
      logs += " " + folder + "app.log.2026-11-" + day;
    };
    add("20", line("1.000000", "4", "new") + line("1.000001", "4", "enter"));
    add(second_day, line("3.000000", "5", "new") + line("3.000001", "5", "enter"));
    add("23", line("3.010000", "5", "exit") + line("3.010001", "5", "enter"));
    add("24", line("3.020000", "5", "exit"));
    return run_replay("lint --only never-yielded" + logs);
  };
  const test::Ran ran = lint("22");
  EXPECT_EQ(ran.exit_code, 0) << ran.out << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("never-yielded (provisional)")) << ran.out;
  EXPECT_THAT(ran.out, HasSubstr("1 name is left out before it")) << ran.out;
  // No name is skipped before this one, but one is behind it, without a longer pause.
  EXPECT_THAT(lint("21").out, HasSubstr("never-yielded (definite)"));
}

TEST(DoubtfulLogs, WithoutAPollALogHasNothingForLintsToLookAt) {
  const std::string log =
      written("closes.log",
              "2026-11-23T12:34:01.927131Z TRACE runtime.spawn{kind=task task.name=a task.id=4 "
              "loc.file=\"a.rs\" loc.line=6 loc.col=37}: tokio::task: new\n"
              "2026-11-23T12:34:01.947131Z TRACE runtime.spawn{kind=task task.name=a task.id=4 "
              "loc.file=\"a.rs\" loc.line=6 loc.col=37}: tokio::task: close time.busy=1.00ms "
              "time.idle=2.00ms\n"
              "2026-11-23T12:34:01.957131Z TRACE runtime.spawn{kind=task task.name=b task.id=5 "
              "loc.file=\"a.rs\" loc.line=7 loc.col=37}: tokio::task: new\n");
  const test::Ran ran = run_replay("lint " + log);
  EXPECT_EQ(ran.exit_code, 1);
  EXPECT_THAT(ran.out, HasSubstr("nothing to look at")) << ran.out;
  EXPECT_THAT(ran.out, HasSubstr(".with_span_events(FmtSpan::FULL)")) << ran.out;
  EXPECT_EQ(run_replay("lint --allow no-tasks " + log).exit_code, 0);
  const test::Ran summary = run_replay("summary " + log);
  EXPECT_THAT(summary.out, HasSubstr("1 in a state that is not told")) << summary.out;
  EXPECT_THAT(summary.out, HasSubstr("1 completed")) << summary.out;
  EXPECT_THAT(summary.out, Not(HasSubstr("0 idle"))) << summary.out;
  EXPECT_THAT(summary.out, HasSubstr("how long 1 task was busy, from the times in fmt's close"));
  const test::Ran tasks = run_replay("tasks --columns state,busy,scheduled,polls " + log);
  EXPECT_THAT(tasks.out, HasSubstr("completed  1.00ms\n")) << tasks.out;
  EXPECT_THAT(tasks.out, Not(HasSubstr("scheduled "))) << tasks.out;
}

TEST(DoubtfulLogs, WithoutAPollNoStateIsTold) {
  const auto spawned = [](const std::string& at, const std::string& id) {
    return "2026-11-23T12:34:01." + at +
           "Z TRACE runtime.spawn{kind=task task.name=a task.id=" + id +
           " loc.file=\"a.rs\" loc.line=7 loc.col=37}: tokio::task: new\n";
  };
  const std::string log = written(
      "spawned.log", spawned("917131", "3") + spawned("927131", "4") + spawned("937131", "5"));
  const std::string dump = run_replay("dump " + log).out;
  EXPECT_THAT(dump, HasSubstr("– a [3]  in a state that is not told  spawned at")) << dump;
  EXPECT_THAT(dump, HasSubstr("× 2 like it, in a state that is not told: a [4]")) << dump;
  const std::string dump_json = run_replay("dump --format json " + log).out;
  EXPECT_THAT(dump_json,
              HasSubstr(R"("state":null,"state_since":null,"state_ns":null,"polls":null,)"))
      << dump_json;
  const std::string summary = run_replay("summary " + log).out;
  EXPECT_THAT(summary, Not(HasSubstr("longest scheduled"))) << summary;
  const std::string summary_json = run_replay("summary --format json " + log).out;
  EXPECT_THAT(
      summary_json,
      HasSubstr(R"("by_state":{"running":null,"scheduled":null,"idle":null,"completed":0})"))
      << summary_json;
  EXPECT_THAT(summary_json, HasSubstr(R"("longest_scheduled":[])")) << summary_json;
  const test::Ran why = run_replay("why " + log + " 4");
  EXPECT_EQ(why.exit_code, 2) << why.out;
  EXPECT_THAT(why.err, HasSubstr("the log tells of no poll")) << why.err;
}

TEST(DoubtfulLogs, AFirstPollOfASecondIsDefiniteAlsoIfItEnded) {
  const std::string log =
      written("first-poll.jsonl",
              jsonl({{"10.000000000",
                      R"("k":"new","th":1,"id":1,"name":"runtime.spawn","fields":{"kind":"task"})"},
                     {"10.100000000", R"("k":"enter","th":1,"id":1)"},
                     {"11.200000000", R"("k":"exit","th":1,"id":1)"},
                     {"11.300000000", R"("k":"close","th":1,"id":1,"outcome":"completed")"}}));
  const test::Ran ran = run_replay("lint " + log);
  EXPECT_EQ(ran.exit_code, 1);
  EXPECT_THAT(ran.out, HasSubstr("never-yielded (definite)")) << ran.out;
  EXPECT_THAT(ran.out, HasSubstr("did not yield for 1.10s")) << ran.out;
  // Of what is over tokio-console shows nothing.
  EXPECT_EQ(run_replay("lint --semantics console " + log).exit_code, 0);
}

TEST(DoubtfulLogs, LintSaysWhatItWasNotAskedToLookFor) {
  const std::string log =
      written("long-poll.jsonl",
              jsonl({{"10.000000000",
                      R"("k":"new","th":1,"id":1,"name":"runtime.spawn","fields":{"kind":"task"})"},
                     {"10.001000000", R"("k":"enter","th":1,"id":1)"},
                     {"10.101000000", R"("k":"exit","th":1,"id":1)"},
                     {"10.102000000", R"("k":"close","th":1,"id":1,"outcome":"completed")"}}));
  EXPECT_THAT(run_replay("lint " + log).out, HasSubstr("not looked for: long-poll (up to 100ms)"));
  for (const char* said : {"--allow long-poll ", "--only deadlock ", "--limit long-poll=1s "}) {
    EXPECT_THAT(run_replay(said + ("lint " + log)).out, Not(HasSubstr("not looked for"))) << said;
  }
}

// Its span is kept open by another that is inside of it.
TEST(DoubtfulLogs, ATasksTotalEndsWithItsDestruction) {
  const std::string log =
      written("outlived.jsonl",
              jsonl({{"10.000000000",
                      R"("k":"new","th":1,"id":1,"name":"runtime.spawn","fields":{"kind":"task"})"},
                     {"10.001000000", R"("k":"enter","th":1,"id":1,"destroy":false)"},
                     {"10.060000000", R"("k":"exit","th":1,"id":1)"},
                     {"10.066000000", R"("k":"enter","th":1,"id":1,"destroy":true)"},
                     {"10.067000000", R"("k":"exit","th":1,"id":1)"},
                     {"13.050000000", R"("k":"close","th":1,"id":1,"outcome":"completed")"}}));
  const test::Ran ran = run_replay("tasks " + log);
  EXPECT_THAT(ran.out, HasSubstr("67.0ms")) << ran.out;
  EXPECT_THAT(ran.out, Not(HasSubstr("3.05s"))) << ran.out;
}

TEST(DoubtfulLogs, TheTicksOfATimelineDiffer) {
  const std::string log =
      written("ticks.jsonl",
              jsonl({{"10.000000000",
                      R"("k":"new","th":1,"id":1,"name":"runtime.spawn","fields":{"kind":"task"})"},
                     {"10.001000000", R"("k":"enter","th":1,"id":1)"},
                     {"12.900000000", R"("k":"exit","th":1,"id":1)"}}));
  const test::Ran ran = run_replay("timeline --from 0.5s --to 2.9s " + log);
  EXPECT_THAT(ran.out, HasSubstr("│500ms")) << ran.out;
  EXPECT_THAT(ran.out, HasSubstr("│1.5s")) << ran.out;
}

// Whoever uses a library cannot make its futures smaller.
TEST(DoubtfulLogs, ALargeFutureOfADependencyFailsNothing) {
  const auto log_of = [](const std::string& file) {
    const std::string fields =
        R"("k":"new","th":1,"id":1,"name":"runtime.spawn","fields":{"kind":"task","size.bytes":4096,"loc.file":")" +
        file + R"(","loc.line":3,"loc.col":4})";
    return written("large.jsonl", jsonl({{"10.000000000", fields.c_str()},
                                         {"10.001000000", R"("k":"enter","th":1,"id":1)"},
                                         {"10.002000000", R"("k":"exit","th":1,"id":1)"}}));
  };
  EXPECT_EQ(run_replay("lint --only large-future " + log_of("src/main.rs")).exit_code, 1);
  for (const char* file :
       {"/root/.cargo/registry/src/index.crates.io-1/axum-0.7.1/src/serve.rs",
        "<cargo>/axum-0.7.1/src/serve.rs", "/root/.cargo/git/checkouts/axum-1/2/src/serve.rs"}) {
    const test::Ran ran = run_replay("lint --only large-future " + log_of(file));
    EXPECT_EQ(ran.exit_code, 0) << file;
    EXPECT_THAT(ran.out, HasSubstr("large-future (provisional)")) << ran.out;
  }
}

// Polls are as short and as soon as before, but there is more to wait for.
TEST(DoubtfulLogs, DiffTellsOfTimesThatItDoesNotJudge) {
  const auto log_of = [](const char* name, const char* end) {
    return written(
        name, jsonl({{"10.000000000",
                      R"("k":"new","th":1,"id":1,"name":"runtime.spawn","fields":{"kind":"task"})"},
                     {"10.001000000", R"("k":"enter","th":1,"id":1)"},
                     {"10.002000000", R"("k":"exit","th":1,"id":1)"},
                     {end, R"("k":"close","th":1,"id":1,"outcome":"completed")"}}));
  };
  const std::string a = log_of("a.jsonl", "10.500000000"), b = log_of("b.jsonl", "12.000000000");
  const test::Ran ran = run_replay("diff " + a + " " + b);
  EXPECT_THAT(ran.out, HasSubstr("not judged: idle time a task, task 498ms → 2.00s (+301%)"))
      << ran.out;
  EXPECT_THAT(run_replay("diff " + a + " " + a).out, Not(HasSubstr("not judged")));
}

TEST(DoubtfulLogs, OutputsAreFilesLikeAnyOther) {
  const test::Ran page = run_replay("report --output - " + kSoundLog);
  EXPECT_THAT(page.out, HasSubstr("<html")) << page.err;
  const std::string to = testing::TempDir() + "open.jsonl";
  std::filesystem::remove(to);
  ASSERT_EQ(run_replay("convert --to jsonl --output " + to + " " + kSoundLog).exit_code, 0);
  const std::string other = written("any.txt", "any");
  EXPECT_EQ(std::filesystem::status(to).permissions(),
            std::filesystem::status(other).permissions());
}

TEST(DoubtfulLogs, SmallQuestionsGetAnswers) {
  const test::Ran by_lint = run_replay(
      "tasks --where 'warning = never-polled or warning = "
      "redundant-wakes' " +
      kSoundLog);
  EXPECT_EQ(by_lint.exit_code, 0) << by_lint.err;
  const std::string log =
      written("asked.log",
              "2026-11-23T12:34:01.927131Z TRACE runtime.spawn{kind=blocking task.id=4 "
              "loc.file=\"a.rs\" loc.line=6 loc.col=37}: tokio::task: new\n"
              "2026-11-23T12:34:01.927231Z TRACE runtime.spawn{kind=blocking task.id=4 "
              "loc.file=\"a.rs\" loc.line=6 loc.col=37}: tokio::task: enter\n"
              "2026-11-23T12:34:01.947131Z TRACE runtime.spawn{kind=blocking task.id=4 "
              "loc.file=\"a.rs\" loc.line=6 loc.col=37}: tokio::task: exit\n");
  EXPECT_EQ(run_replay("task " + log + " '(blocking)'").exit_code, 0);
  EXPECT_THAT(run_replay("tasks --where 'outcome = panicked' " + log).err,
              HasSubstr("no outcome is known"));
  const std::string bare = written(
      "bare.json",
      "{\"timestamp\":\"2026-11-27T21:03:00.626171576Z\",\"level\":\"TRACE\",\"message\":\"new\","
      "\"span\":{\"kind\":\"task\",\"name\":\"runtime.spawn\"},\"spans\":[]}\n");
  const test::Ran refused = run_replay("summary " + bare);
  EXPECT_EQ(refused.exit_code, 2);
  EXPECT_THAT(refused.err, HasSubstr(".with_target(false)")) << refused.err;
}

// One exit of block_on is missing, which only a second reading settles: every view has it, and of
// a log that is read once it is said that it has not been.
TEST(DoubtfulLogs, AMissingExitIsSettledAlikeInEveryView) {
  const std::string log = "../fmt-cut/interval-gap.log.zst";
  EXPECT_THAT(run_replay("tasks --where 'span = 18' " + log).out, HasSubstr("409µs"));
  EXPECT_THAT(run_replay("dump " + log).out, HasSubstr("block_on [18]  running for 43.0µs"));
  EXPECT_THAT(run_replay("why " + log + " 18").out, HasSubstr("poll 1 of 7"));
  EXPECT_THAT(run_replay("timeline --format json " + log).out, HasSubstr("\"busy_ns\":409318"));
  EXPECT_THAT(run_replay("tasks --semantics console " + log).out,
              HasSubstr("! 1 poll without its end in the log\n"));

  const auto from_pipe = [&](const std::string& command) {
    return test::run("zstd -dc " + log + " | " ARI_BIN_DIR "/ari-replay " + command + " -",
                     ARI_TESTDATA "/captures");
  };
  EXPECT_THAT(from_pipe("tasks").out,
              HasSubstr("1 poll without its end in the log: counted up to the next end"));
  const std::string drawn = "ends of polls of 1 task are not in the log";
  EXPECT_THAT(from_pipe("timeline").err, HasSubstr(drawn));
  EXPECT_THAT(run_replay("convert --to chrome " + log + " -o /dev/null").err, HasSubstr(drawn));
}

// Former bug: what a program that was killed waited for had begun just when the log ended.
TEST(DoubtfulLogs, WhatIsOpenLastsForAsLongAsTheProgramIsKnownToHaveLived) {
  const std::string log = written(
      "killed.jsonl",
      jsonl(
          {{"10.000000000", R"("k":"thread","th":1,"name":"main")"},
           {"10.000000000",
            R"("k":"new","th":1,"id":1,"name":"runtime.spawn","target":"ari::task","fields":{"kind":"task"},"display":["kind"])"},
           {"10.100000000", R"("k":"enter","th":1,"id":1)"},
           {"10.200000000", R"("k":"exit","th":1,"id":1)"},
           {"11.200000000", R"("k":"alive")"},
           {"13.200000000", R"("k":"alive")"}}));
  EXPECT_THAT(run_replay("lint " + log).out,
              HasSubstr("lost-waker (definite)  task [1]\n  lost its last waker and has slept for 3.00s"));
  EXPECT_THAT(run_replay("dump " + log).out, HasSubstr("idle for 3.00s"));
  EXPECT_THAT(run_replay("timeline " + log).out, HasSubstr(" 3.20s, "));
  EXPECT_THAT(run_replay("dump --at 2s " + log).out, HasSubstr("idle for 1.80s"));
}

}  // namespace
}  // namespace ari::replay
