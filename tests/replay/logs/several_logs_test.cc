// Several files read as one: a run cut into files is the run, and different runs are all of
// them side by side.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <random>
#include <string>

#include "replay/input/line_number.h"
#include "replay/input/log.h"
#include "replay/input/logs.h"
#include "replay/lint/lint_settings.h"
#include "replay/model/model.h"
#include "replay/model/wait_graph.h"
#include "replay/report/joined.h"
#include "replay/report/lint_view.h"
#include "replay/report/merged_show.h"
#include "replay/report/show_view.h"
#include "replay/report/summary_view.h"
#include "tests/replay/logs/cut_logs.h"
#include "tests/replay/logs/described.h"
#include "tests/support/run.h"

namespace ari::replay {
namespace {

using test::cut_at_lines;
using test::described;
using test::folded;
using test::random_cuts;
using test::recorded_in_parts;
using testing::ElementsAre;
using testing::HasSubstr;

const std::string kWorkshopLog = ARI_TESTDATA "/workshop.jsonl";
const std::string kJoins = ARI_TESTDATA "/joins.jsonl";  // ends while tasks wait for each other

std::string captured(const std::string& folder, const std::string& name) {
  return test::capture_file(ARI_TESTDATA "/captures/" + folder, name);
}

class SeveralLogs : public testing::Test {
 protected:
  std::string write(const std::string& name, const std::string& content) {
    const std::string path = folder_.path() + "/" + name;
    std::ofstream(path, std::ios::binary) << content;
    return path;
  }
  // In an order that is not that of time.
  std::vector<std::string> write_all(const std::vector<std::string>& files, const char* end) {
    std::vector<std::string> paths;
    for (std::size_t i = 0; i < files.size(); ++i) {
      const std::string number = std::to_string(files.size() - i);
      paths.push_back(write("run.log" + ("." + number) + end, files[i]));
    }
    std::shuffle(paths.begin(), paths.end(), std::mt19937(7));
    return paths;
  }
  test::TempDir folder_;
};

std::string shown(const std::vector<std::string>& paths) {
  std::string out;
  ShowView view({}, [&](std::string& text) {
    out += text;
    text.clear();
  });
  EXPECT_TRUE(read_logs(paths, view).has_value());
  view.finish();
  return out;
}

TEST_F(SeveralLogs, CutBetweenAnyTwoLinesAreTheWholeLog) {
  std::vector<std::string> logs = {kWorkshopLog};
  for (const char* folder : {"mutex", "channels", "lost-waker", "deadlock", "sleep"}) {
    for (const char* name :
         {"ari-subscriber.log", "console-record.jsonl", "fmt-json.jsonl", "fmt-full.log"}) {
      if (const std::string log = captured(folder, name); !log.empty()) logs.push_back(log);
    }
  }
  for (const std::string& log : logs) {
    ASSERT_NE(log, "");
    if (log.ends_with(".zst")) continue;
    const std::string text = test::read_file(log);
    const auto lines = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
    const Model whole = folded({log});
    for (std::uint32_t seed = 0; seed < 8; ++seed) {
      SCOPED_TRACE(log + " seed " + std::to_string(seed));
      const auto files = cut_at_lines(text, random_cuts(seed, lines, 20));
      if (files.size() < 2) continue;
      const Model parts = folded(write_all(files, ""));
      EXPECT_EQ(parts.coverage.files.size(), files.size());
      EXPECT_EQ(parts.coverage.files.back().run, 0U);
      EXPECT_EQ(described(parts), described(whole));
      EXPECT_EQ(parts.coverage.events, whole.coverage.events);
      EXPECT_EQ(parts.coverage.bytes_read, whole.coverage.bytes_read);
      EXPECT_EQ(
          parts.coverage.bytes_read,
          parts.coverage.bytes_used + parts.coverage.bytes_skipped + parts.coverage.bytes_other);
      EXPECT_EQ(parts.coverage.recordings, whole.coverage.recordings);
      EXPECT_EQ(parts.coverage.orderly_end, whole.coverage.orderly_end);
    }
  }
}

TEST_F(SeveralLogs, PartsThatTheRecorderWroteAreTheWholeLog) {
  const std::vector<std::string> whole_file = recorded_in_parts(kWorkshopLog, {});
  const std::string whole_path = write("whole.jsonl", whole_file.front());
  const Model whole = folded({whole_path});
  for (std::uint32_t seed = 0; seed < 60; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const auto cuts = random_cuts(seed, whole.coverage.events, 1);
    const auto paths = write_all(recorded_in_parts(kWorkshopLog, cuts), ".jsonl");
    const Model parts = folded(paths);
    EXPECT_EQ(described(parts), described(whole));
    EXPECT_EQ(parts.coverage.events, whole.coverage.events);
    EXPECT_EQ(parts.coverage.recordings, 1U);
    EXPECT_EQ(parts.coverage.orderly_end, true);
    EXPECT_EQ(parts.coverage.problems.size(), 0U);
    EXPECT_EQ(shown(paths), shown({whole_path}));
  }
}

TEST_F(SeveralLogs, ThatTheRecorderWroteTellJoinsAsTheWholeLogDoes) {
  const Model whole = folded({write("whole.jsonl", recorded_in_parts(kJoins, {}).front())});
  const auto joins_of = [](const Model& model) {
    std::vector<std::string> out;
    for (const Task& task : model.tasks) {
      if (!task.joins) continue;
      out.push_back(std::to_string(task.span) + " " + joined_text(model, *task.joins));
    }
    return out;
  };
  ASSERT_THAT(
      joins_of(whole),
      ElementsAre("1 parent [5]", "4 any of 2 tasks: fetch [9], fetch [11]", "5 child [16]"));
  for (std::uint32_t seed = 0; seed < 60; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const auto cuts = random_cuts(seed, whole.coverage.events, 1);
    const std::vector<std::string> parts = recorded_in_parts(kJoins, cuts);
    EXPECT_EQ(described(folded(write_all(parts, ".jsonl"))), described(whole));
    // The last by itself has them from what it tells again.
    EXPECT_EQ(joins_of(folded({write("last.jsonl", parts.back())})), joins_of(whole));
  }
}

// Of what the first file has, only how it stood then is told: no beginning, but wakers and waits.
TEST_F(SeveralLogs, ThatBeginWithALaterPartAreNotComplete) {
  const Model whole = folded({kWorkshopLog});
  const auto task_of = [](const Model& model, SpanId span) {
    return std::find_if(model.tasks.begin(), model.tasks.end(),
                        [&](const Task& task) { return task.span == span; });
  };
  const auto files = recorded_in_parts(kWorkshopLog, {40, 80});
  const std::string second = write("run.2.jsonl", files[1]), third = write("run.3.jsonl", files[2]);
  for (const auto& [paths, missing] :
       {std::pair(std::vector{third}, 2U), std::pair(std::vector{second, third}, 1U)}) {
    const Model model = folded(paths);
    EXPECT_EQ(model.coverage.parts_missing, missing);
    EXPECT_EQ(model.coverage.files.empty() ? missing : model.coverage.files[0].parts_missing,
              missing);
    EXPECT_TRUE(model.coverage.has_gaps());
    EXPECT_FALSE(model.coverage.lacks_lines());
    EXPECT_EQ(model.coverage.recordings, 1U);
    EXPECT_EQ(model.coverage.orderly_end, true);
    EXPECT_GT(model.coverage.spans_without_new, 0U);
    std::string out;
    summary_text(model, {}, {}, out);
    EXPECT_THAT(out,
                HasSubstr(missing == 1 ? "1 part is missing before it" : "2 parts are missing"));
    EXPECT_THAT(out, testing::Not(HasSubstr("is complete")));
    for (const Task& task : model.tasks) {
      const Task& known = *task_of(whole, task.span);
      const bool began = *known.created_unix_ns >= *model.coverage.first_unix_ns;
      EXPECT_EQ(task.created_unix_ns, began ? known.created_unix_ns : std::nullopt) << task.span;
      // The wakers of a task that is in a poll then are not told.
      if (!task.clones_missing) {
        EXPECT_EQ(task.waker_count(), known.waker_count()) << task.span;
      }
      EXPECT_EQ(task.state, known.state) << task.span;
      EXPECT_EQ(task.dropped_unix_ns, known.dropped_unix_ns) << task.span;
      EXPECT_LE(task.polls, known.polls + (began ? 0 : 1)) << task.span;
    }
  }
}

TEST_F(SeveralLogs, BehindAPartThatIsMissingGoOnWithWhatIsStillOpen) {
  const Model whole = folded({kWorkshopLog});
  for (std::uint32_t seed = 0; seed < 60; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    auto cuts = random_cuts(seed, whole.coverage.events, 1);
    if (cuts.size() < 2) continue;
    std::vector<std::string> files = recorded_in_parts(kWorkshopLog, cuts), paths;
    const std::size_t gone = 1 + seed % (files.size() - 2);
    for (std::size_t i = 0; i < files.size(); ++i) {
      const std::string name = i == 0 ? "run.jsonl" : fmt::format("run.{}.jsonl", i + 1);
      if (i != gone) paths.push_back(write(name, files[i]));
    }
    const Model model = folded(paths);
    const Coverage& coverage = model.coverage;
    ASSERT_EQ(coverage.files.size(), files.size() - 1);
    EXPECT_EQ(coverage.files[gone].parts_missing, 1U);
    EXPECT_TRUE(coverage.files[gone].continues);
    EXPECT_EQ(coverage.parts_missing, 1U);
    EXPECT_EQ(coverage.recordings, 1U);
    EXPECT_EQ(coverage.orderly_end, true);
    EXPECT_TRUE(coverage.lacks_lines() && coverage.has_gaps());
    EXPECT_EQ(coverage.exits_without_enter + coverage.enters_without_exit, 0U);
    std::string out;
    summary_text(model, {}, {}, out);
    EXPECT_THAT(out, HasSubstr(fmt::format("run.{}.jsonl: 1 part is missing before it", gone + 2)));
    EXPECT_THAT(out, testing::Not(HasSubstr("anew")));
    for (const Task& task : model.tasks) {
      const auto is_it = [&](const Task& other) { return other.span == task.span; };
      EXPECT_EQ(std::count_if(model.tasks.begin(), model.tasks.end(), is_it), 1) << task.span;
      const Task& known = *std::find_if(whole.tasks.begin(), whole.tasks.end(), is_it);
      EXPECT_EQ(task.state, known.state) << task.span;
      EXPECT_LE(task.polls, known.polls + 1) << task.span;  // one of no length, told again
      // A destruction that is going on when a part begins is told there as a poll.
      if (task.polls <= known.polls) {
        EXPECT_LE(task.busy_ns, known.busy_ns) << task.span;
        EXPECT_LE(task.scheduled_ns, known.scheduled_ns) << task.span;
      }
    }
    // What must have happened in between is no line of the log.
    const std::vector<std::string> all = test::lines_of(shown({kWorkshopLog}));
    for (const std::string& line : test::lines_of(shown(paths))) {
      if (line.find(" close") == std::string::npos) continue;
      EXPECT_THAT(all, testing::Contains(line));
    }
  }
}

// The holder may have given a lock back in the gap, and whoever has it now have taken it there.
TEST_F(SeveralLogs, BehindAPartThatIsMissingDoNotKnowWhatResourcesToldBeforeIt) {
  const auto line = [](int at, const std::string& rest) {
    return fmt::format("{{\"at\":\"2026-11-28T11:00:{:02}.000000000Z\",{}}}\n", at, rest);
  };
  const auto header = [&](int at, const std::string& part) {
    return line(at, R"("k":"log","version":1,"program":"p","pid":7,"clock":"tsc")" + part);
  };
  const auto begin = [&](int at, int id, const std::string& rest) {
    return line(at, fmt::format(R"("k":"new","th":1,"id":{},"target":"t",{})", id, rest));
  };
  const auto tell = [&](int at, const std::string& fields) {
    return line(at, R"("k":"event","th":1,"in":2,"target":"runtime::resource::state_update",)"
                    R"("fields":{)" +
                        fields + "}");
  };
  const auto of_span = [&](int at, const char* kind, int id) {
    return line(at, fmt::format(R"("k":"{}","th":1,"id":{})", kind, id));
  };
  const auto open = [&](int at) {
    return begin(at, 1, R"("name":"runtime.spawn","fields":{"kind":"task","task.id":1})") +
           begin(at, 2,
                 R"("name":"runtime.resource","fields":{"concrete_type":"RwLock",)"
                 R"("kind":"Sync"})");
  };
  const std::string first =
      write("run.jsonl", header(0, "") + open(0) + of_span(1, "enter", 1) + of_span(1, "enter", 2) +
                             tell(1, R"("max_readers":5,"max_readers.op":"override")") +
                             tell(1, R"("write_locked":true,"write_locked.op":"override")") +
                             of_span(1, "exit", 2) + of_span(1, "exit", 1) +
                             line(2, R"("k":"end","events":8,"lost":0)"));
  const std::string third = write(
      "run.3.jsonl", header(20, R"(,"part":3,"retold":4)") + open(20) + of_span(20, "enter", 1) +
                         of_span(20, "exit", 1) + of_span(30, "enter", 2) +
                         tell(30, R"("max_readers":1,"max_readers.op":"sub")") +
                         of_span(30, "exit", 2) + line(31, R"("k":"end","events":3,"lost":0)"));
  const Model before = folded({first});
  ASSERT_EQ(before.resources.at(0).holds.size(), 1U);
  const Model model = folded({first, third});
  ASSERT_EQ(model.resources.size(), 1U);
  EXPECT_TRUE(model.resources[0].holds.empty());
  ASSERT_EQ(model.resources[0].attributes.size(), 2U);
  for (const Attribute& attribute : model.resources[0].attributes) {
    EXPECT_EQ(attribute.value.type(), subscriber::ValueType::kNone) << attribute.name;
  }
}

// The next part tells again what it may not know of: nothing counts twice for that.
TEST_F(SeveralLogs, OneOfWhichLacksItsEndGoOnAsBehindAPartThatIsMissing) {
  const Model whole = folded({kWorkshopLog});
  for (std::uint32_t seed = 0; seed < 60; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::vector<std::string> files =
        recorded_in_parts(kWorkshopLog, random_cuts(seed, whole.coverage.events, 1));
    const std::size_t cut = seed % (files.size() - 1);
    files[cut].erase(files[cut].rfind('\n', files[cut].size() - 2) + 1);
    const Model model = folded(write_all(files, ".jsonl"));
    const Coverage& coverage = model.coverage;
    EXPECT_EQ(coverage.orderly_end, false);
    for (std::size_t i = 0; i < files.size(); ++i) {
      EXPECT_EQ(coverage.files[i].orderly_end, i != cut) << i;
    }
    EXPECT_EQ(coverage.part_gaps, 1U);
    EXPECT_TRUE(coverage.lacks_lines());
    EXPECT_EQ(coverage.exits_without_enter + coverage.enters_without_exit, 0U);
    ASSERT_EQ(model.tasks.size(), whole.tasks.size());
    for (const Task& known : whole.tasks) {
      const Task& task = *std::find_if(model.tasks.begin(), model.tasks.end(),
                                       [&](const Task& t) { return t.span == known.span; });
      EXPECT_EQ(task.state, known.state) << task.span;
      EXPECT_EQ(task.waker_clones, known.waker_clones) << task.span;
      EXPECT_EQ(task.waker_drops, known.waker_drops) << task.span;
      EXPECT_LE(task.polls, known.polls + 1) << task.span;  // one of no length, told again
    }
  }
}

TEST_F(SeveralLogs, OfDifferentRunsAreBothModels) {
  const std::string a = captured("mutex", "ari-subscriber.log");
  const std::string b = captured("lost-waker", "console-record.jsonl");
  // Tasks wait in it when it ends, a day before the other.
  const std::string deadlock = test::read_file(captured("deadlock", "ari-subscriber.log"));
  const std::string early = write("early.log", deadlock.substr(0, deadlock.size() / 2));
  EXPECT_FALSE(waits_of(folded({early})).empty());
  for (const auto& [x, y] : {std::pair(a, b), std::pair(a, kWorkshopLog),
                             std::pair(kWorkshopLog, b), std::pair(early, kWorkshopLog)}) {
    const auto of_one = [](const std::string& path) {
      std::vector<std::string> all = described(folded({path}));
      all.pop_back();  // figures of the whole
      return all;
    };
    std::vector<std::string> want = of_one(x), more = of_one(y);
    want.insert(want.end(), more.begin(), more.end());
    std::sort(want.begin(), want.end());
    const Model both = folded({x, y});
    std::vector<std::string> all = described(both);
    all.pop_back();
    EXPECT_THAT(all, testing::ContainerEq(want)) << x << ' ' << y;
    EXPECT_EQ(both.coverage.files.back().run, 1U);
    EXPECT_EQ(both.poll_times.count, folded({x}).poll_times.count + folded({y}).poll_times.count);
  }
}

TEST_F(SeveralLogs, AreNamedByTheLineOfEachFinding) {
  const std::string faulty = captured("lost-waker", "console-record.jsonl");
  for (const auto& order : {std::vector{kWorkshopLog, faulty}, std::vector{faulty, kWorkshopLog}}) {
    const Model model = folded(order);
    const Findings findings = run_lints(model, LintSettings(model.semantics));
    const auto lost = std::find_if(findings.begin(), findings.end(),
                                   [](const Finding& f) { return f.lint == "lost-waker"; });
    ASSERT_NE(lost, findings.end());
    std::string text;
    lint_text(model, findings, LintSettings(model.semantics), {}, text);
    EXPECT_THAT(text, HasSubstr("\n  " + faulty + ":36-68\n"));
  }
}

// What is missing in one says nothing of what is found in another.
TEST_F(SeveralLogs, AreEachJudgedByWhatIsMissingInIt) {
  const auto found_in = [](const std::vector<std::string>& paths) {
    const Model model = folded(paths);
    std::vector<std::string> out;
    for (const Finding& finding : run_lints(model, LintSettings(model.semantics))) {
      out.push_back(
          fmt::format("{} {} {}", status_name(finding.status), finding.lint, finding.message));
    }
    std::sort(out.begin(), out.end());
    return out;
  };
  std::vector<std::string> lines = test::lines_of(test::read_file(kWorkshopLog));
  lines.erase(lines.begin() + 80, lines.begin() + 83);
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  const std::string missing = write("missing.jsonl", text);
  const std::string torn = write("torn.jsonl", text.substr(0, text.size() - 20));
  EXPECT_TRUE(folded({missing}).coverage.lacks_lines());
  for (const char* folder : {"lost-waker", "deadlock", "yield", "never-yielded"}) {
    for (const char* name : {"ari-subscriber.log", "fmt-json.jsonl"}) {
      const std::string whole = captured(folder, name);
      if (whole.empty()) continue;
      for (const std::string& other : {missing, torn}) {
        SCOPED_TRACE(whole + " " + other);
        std::vector<std::string> want = found_in({whole});
        for (std::string& finding : found_in({other})) want.push_back(std::move(finding));
        std::sort(want.begin(), want.end());
        EXPECT_EQ(found_in({whole, other}), want);
      }
    }
  }
}

TEST_F(SeveralLogs, AreShownByTimeEachAsAlone) {
  const std::vector<std::string> paths = {captured("mutex", "ari-subscriber.log"),
                                          captured("channels", "ari-subscriber.log"),
                                          captured("deadlock", "fmt-json.jsonl")};
  Logs logs = Logs::open(paths).value();
  std::vector<std::string> names;
  for (std::size_t run = 0; run < logs.runs(); ++run) names.push_back(logs.path(run));
  std::string out;
  MergedShow view({}, names, [&](std::string& text) {
    out += text;
    text.clear();
  });
  logs.read_merged(view.sinks());
  view.finish();
  std::map<std::string, std::string> of_log;
  std::vector<std::string> stamps;
  for (const std::string& line : test::lines_of(out)) {
    const std::size_t bar = line.find(" | ");
    const std::string name = line.substr(0, line.find(' '));
    of_log[name] += line.substr(bar + 3) + '\n';
    stamps.push_back(line.substr(bar + 3, 27));
  }
  for (const std::string& path : paths) EXPECT_EQ(of_log[path], shown({path})) << path;
  // The captures are not in order of time throughout themselves, but nearly.
  const std::string first = *std::min_element(stamps.begin(), stamps.end());
  EXPECT_EQ(stamps.front(), first);
}

TEST_F(SeveralLogs, MergedByTimeAreInOrderIfEachIs) {
  std::mt19937 random(3);
  std::vector<std::string> paths;
  for (const char* name : {"a.jsonl", "b.jsonl", "c.jsonl"}) {
    std::string text;
    std::int64_t at = 100;
    for (int i = 0; i < 300; ++i) {
      at += random() % 5;
      text += "{\"at\":\"1970-01-01T00:00:01." + std::string("000000") +
              std::to_string(100 + at % 900) + "Z\",\"k\":\"event\",\"in\":1,\"target\":\"" + name +
              "\"}\n";
      if (at >= 890) break;
    }
    paths.push_back(write(name, text));
  }
  struct Instants final : RecordSink {
    std::vector<std::int64_t>* all;
    explicit Instants(std::vector<std::int64_t>* to) : all(to) {}
    void record(const subscriber::Record& record, const Line&) override {
      all->push_back(record.at_unix_ns);
    }
  };
  std::vector<std::int64_t> all;
  Instants a(&all), b(&all), c(&all);
  const Coverage coverage = Logs::open(paths).value().read_merged({&a, &b, &c});
  EXPECT_EQ(all.size(), coverage.events);
  EXPECT_TRUE(std::is_sorted(all.begin(), all.end()));
}

TEST_F(SeveralLogs, OneOfWhichCannotBeReadAreNotReadAtAll) {
  const auto model = fold(std::vector{kWorkshopLog, folder_.path() + "/none"}, {});
  ASSERT_FALSE(model.has_value());
  EXPECT_EQ(model.error().message, folder_.path() + "/none: no such file");
}

TEST_F(SeveralLogs, ThatAreTornAreToldByName) {
  const std::string text = test::read_file(kWorkshopLog);
  const std::string torn = write("torn.jsonl", text.substr(0, text.size() / 2));
  const std::string other = captured("mutex", "ari-subscriber.log");
  const Model model = folded({other, torn});
  std::string out;
  summary_text(model, {}, {}, out);
  EXPECT_THAT(out, HasSubstr("! torn.jsonl: the last line is cut"));
  EXPECT_THAT(out, testing::Not(HasSubstr("ari-subscriber.log: the last line is cut")));
}

}  // namespace
}  // namespace ari::replay
