// Logs that grow while they are read: in whatever pieces they come, in the end they are what they
// are when they are complete.
#include "replay/input/followed_logs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
#include <numeric>
#include <random>

#include "replay/model/joined_folds.h"
#include "replay/report/merged_show.h"
#include "tests/replay/logs/cut_logs.h"
#include "tests/replay/logs/described.h"
#include "tests/support/run.h"

namespace ari::replay {
namespace {

using test::described;
using test::folded;
using testing::ElementsAre;
using testing::HasSubstr;

const std::string kWorkshop = ARI_TESTDATA "/workshop.jsonl";

std::string capture(const std::string& folder, const std::string& name) {
  return test::capture_file(ARI_TESTDATA "/captures/" + folder, name);
}

// Somebody who waits until each of these steps has been taken, one each time.
class Steps final : public Follow {
 public:
  explicit Steps(std::vector<std::function<void()>> steps = {}) : steps_(std::move(steps)) {}

  void goes_on() override {}
  bool wait() override {
    if (taken_ == steps_.size()) return false;
    steps_[taken_++]();
    return true;
  }
  void remark(const std::string& message) override { remarks.push_back(message); }

  std::vector<std::string> remarks;

 private:
  std::vector<std::function<void()>> steps_;
  std::size_t taken_ = 0;
};

class FollowedLogsTest : public testing::Test {
 protected:
  std::string path(const std::string& name) const { return folder_.path() + "/" + name; }
  void append(const std::string& name, std::string_view text) const {
    std::ofstream(path(name), std::ios::binary | std::ios::app) << text << std::flush;
  }

  // Steps in which these files grow, all at the same time, by random pieces.
  std::vector<std::function<void()>> growing(const std::vector<std::string>& names,
                                             const std::vector<std::string>& texts,
                                             std::uint32_t seed) const {
    std::mt19937 random(seed);
    std::vector<std::function<void()>> steps;
    std::vector<std::size_t> done(names.size());
    for (bool all = false; !all;) {
      all = true;
      for (std::size_t i = 0; i < names.size(); ++i) {
        const std::size_t left = texts[i].size() - done[i];
        const std::size_t piece = std::min<std::size_t>(left, random() % (texts[i].size() / 6 + 2));
        const std::string name = names[i], text = texts[i].substr(done[i], piece);
        steps.push_back([this, name, text] { append(name, text); });
        done[i] += piece;
        all = all && done[i] == texts[i].size();
      }
    }
    return steps;
  }

  Model followed(const std::vector<std::string>& paths, Follow& follow) const {
    FollowedLogs logs = FollowedLogs::open(paths, follow).value();
    JoinedFolds fold(test::all_options(), logs.size());
    const auto error = logs.read(fold.sinks());
    EXPECT_FALSE(error.has_value()) << error->message;
    return fold.finish(logs.coverage());
  }

  test::TempDir folder_;
};

// What is in `a` and not in `b`.
std::vector<std::string> without(std::vector<std::string> a, std::vector<std::string> b) {
  std::sort(a.begin(), a.end());
  std::sort(b.begin(), b.end());
  std::vector<std::string> out;
  std::set_difference(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(out));
  return out;
}

void expect_same(const Model& got, const Model& want) {
  EXPECT_THAT(without(described(want), described(got)), testing::IsEmpty());
  EXPECT_THAT(without(described(got), described(want)), testing::IsEmpty());
  const Coverage &a = got.coverage, &b = want.coverage;
  EXPECT_EQ(a.events, b.events);
  EXPECT_EQ(a.bytes_read, b.bytes_read);
  EXPECT_EQ(a.bytes_used, b.bytes_used);
  EXPECT_EQ(a.recordings, b.recordings);
  EXPECT_EQ(a.orderly_end, b.orderly_end);
  EXPECT_EQ(a.exits_without_enter, b.exits_without_enter);
  EXPECT_EQ(a.spans_without_new, b.spans_without_new);
  EXPECT_EQ(a.first_unix_ns, b.first_unix_ns);
  EXPECT_EQ(a.last_unix_ns, b.last_unix_ns);
}

TEST_F(FollowedLogsTest, ThatGrewInPiecesAreWhatTheyAreWhenComplete) {
  const std::vector<std::vector<std::string>> kSets = {
      {kWorkshop},
      {capture("deadlock", "fmt-full.log")},
      {kWorkshop, capture("lost-waker", "console-record.jsonl")},
      {capture("deadlock", "ari-subscriber.log"), capture("sleep", "fmt-json.jsonl"), kWorkshop}};
  for (const std::vector<std::string>& sources : kSets) {
    for (std::uint32_t seed = 0; seed < 6; ++seed) {
      SCOPED_TRACE(sources.front() + " seed " + std::to_string(seed));
      std::vector<std::string> names, texts, paths;
      for (const std::string& source : sources) {
        ASSERT_NE(source, "");
        names.push_back(std::to_string(seed) + "-" + std::to_string(names.size()) + "x.log");
        std::filesystem::remove(path(names.back()));
        paths.push_back(path(names.back()));
        texts.push_back(test::read_file(source));
      }
      Steps steps(growing(names, texts, seed));
      const Model got = followed(paths, steps);
      expect_same(got, folded(paths));
      for (const std::string& name : names) std::filesystem::remove(path(name));
    }
  }
}

TEST_F(FollowedLogsTest, InPartsThatAppearOneAfterAnotherAreTheWholeLog) {
  const auto parts = test::recorded_in_parts(kWorkshop, {40, 80, 90});
  const std::vector<std::string> names = {"run.jsonl", "run.2.jsonl", "run.3.jsonl", "run.4.jsonl"};
  const Model whole = folded({kWorkshop});
  // How many of the parts are given, and how many of them are there from the beginning.
  for (const std::size_t given : {1U, 2U, 4U}) {
    for (const std::size_t there : {0U, 1U, 2U, 4U}) {
      SCOPED_TRACE(std::to_string(given) + " given, there are " + std::to_string(there));
      std::vector<std::function<void()>> appear;
      for (std::size_t i = 0; i < names.size(); ++i) {
        std::filesystem::remove(path(names[i]));
        const auto write = [&, i] { append(names[i], parts[i]); };
        if (i < there) {
          write();
        } else {
          appear.emplace_back(write);
        }
      }
      // One more round for each part to be found.
      for (std::size_t i = 0; i < names.size(); ++i) appear.emplace_back([] {});
      Steps steps(appear);
      std::vector<std::string> paths;
      for (std::size_t i = given; i-- > 0;) paths.push_back(path(names[i]));  // in any order
      const Model got = followed(paths, steps);
      EXPECT_THAT(without(described(whole), described(got)), testing::IsEmpty());
      EXPECT_EQ(got.coverage.events, whole.coverage.events);
      EXPECT_EQ(got.coverage.recordings, 1U);
      EXPECT_EQ(got.coverage.problems.size(), 0U);
    }
  }
}

// Former bug: what was open before the gap and what is told again behind it were two of each.
TEST_F(FollowedLogsTest, WithAPartThatIsMissingOrCutAreWhatTheyAreWhenComplete) {
  auto parts = test::recorded_in_parts(kWorkshop, {40, 80, 90});
  append("run.jsonl", parts[0]);
  append("run.3.jsonl", parts[2].substr(0, parts[2].rfind('\n', parts[2].size() - 2) + 1));
  append("run.4.jsonl", parts[3]);
  const std::vector<std::string> paths = {path("run.jsonl"), path("run.3.jsonl"),
                                          path("run.4.jsonl")};
  const Model want = folded(paths);
  ASSERT_EQ(want.coverage.part_gaps, 2U);
  for (const std::vector<std::string>& given : {paths, {paths[0], paths[1]}}) {
    Steps steps({[] {}, [] {}});
    const Model got = followed(given, steps);
    expect_same(got, want);
    EXPECT_EQ(got.coverage.part_gaps, 2U);
    EXPECT_EQ(got.coverage.parts_missing, 1U);
  }
}

TEST_F(FollowedLogsTest, InPartsThatAppearTogetherAreTheWholeLogHoweverTheyAreGiven) {
  const auto parts = test::recorded_in_parts(kWorkshop, {40, 80});
  const std::vector<std::string> names = {"run.jsonl", "run.2.jsonl", "run.3.jsonl"};
  const Model whole = folded({kWorkshop});
  for (const std::size_t given : {2U, 3U}) {
    std::vector<std::size_t> order(given);
    std::iota(order.begin(), order.end(), 0);
    do {
      SCOPED_TRACE(testing::PrintToString(order));
      std::vector<std::string> paths;
      for (const std::size_t part : order) paths.push_back(path(names[part]));
      // As renamed into place, all of them before anybody looks.
      Steps steps({[&] {
                     for (std::size_t i = 0; i < names.size(); ++i) append(names[i], parts[i]);
                   },
                   [] {}, [] {}});
      const Model got = followed(paths, steps);
      EXPECT_THAT(without(described(whole), described(got)), testing::IsEmpty());
      EXPECT_EQ(got.coverage.events, whole.coverage.events);
      EXPECT_EQ(got.coverage.recordings, 1U);
      EXPECT_EQ(got.tasks.size(), whole.tasks.size());
      for (const std::string& name : names) std::filesystem::remove(path(name));
    } while (std::next_permutation(order.begin(), order.end()));
  }
}

TEST_F(FollowedLogsTest, APartThatIsReadBeforeTheOneBeforeItAppearsIsReadOnce) {
  const auto parts = test::recorded_in_parts(kWorkshop, {40});
  // Each by itself: the second tells again what was open, and nobody knows that yet.
  std::uint64_t events = 0;
  for (const std::string& part : parts) {
    append("alone.jsonl", part);
    events += folded({path("alone.jsonl")}).coverage.events;
    std::filesystem::remove(path("alone.jsonl"));
  }
  for (const bool is_there : {false, true}) {
    const auto second = [&] { append("run.2.jsonl", parts[1]); };
    if (is_there) second();
    Steps steps({[&] {
                   if (!is_there) second();
                 },
                 [&] { append("run.jsonl", parts[0]); }, [] {}, [] {}});
    EXPECT_EQ(followed({path("run.jsonl"), path("run.2.jsonl")}, steps).coverage.events, events);
    std::filesystem::remove(path("run.jsonl"));
    std::filesystem::remove(path("run.2.jsonl"));
  }
}

TEST_F(FollowedLogsTest, TheInstantIsToldThoughOneOfTheLogsNeverAppears) {
  const std::int64_t at = *folded({kWorkshop}).coverage.first_unix_ns + 1'000'000;
  FoldOptions options;
  options.until = [](std::int64_t first_unix_ns) { return first_unix_ns + 1'000'000; };
  for (const std::vector<std::string>& paths :
       {std::vector{path("none.jsonl"), path("there.jsonl")},
        std::vector{path("there.jsonl"), path("none.jsonl")}}) {
    Steps steps({[&] { append("there.jsonl", test::read_file(kWorkshop)); }});
    FollowedLogs logs = FollowedLogs::open(paths, steps).value();
    JoinedFolds fold(options, logs.size());
    ASSERT_FALSE(logs.read(fold.sinks()).has_value());
    const Model model = fold.finish(logs.coverage());
    EXPECT_EQ(model.coverage.as_of_unix_ns, at);
    EXPECT_EQ(model.end_unix_ns, at);
    std::filesystem::remove(path("there.jsonl"));
  }
}

TEST_F(FollowedLogsTest, AreShownByTimeAsFarAsTheyAreThere) {
  const auto line = [](int at) {
    return "1970-01-01T00:00:01.0000" + std::to_string(at) +
           "Z TRACE runtime.spawn[1]{kind=task, task.name=w, task.id=1} enter\n";
  };
  append("a.log", line(10) + line(30));
  append("b.log", line(20));
  Steps steps({[&] { append("b.log", line(25)); },
               [&] {
                 append("a.log", line(50));
                 append("b.log", line(40) + line(60));
               },
               [&] { append("c.log", line(45)); }});
  FollowedLogs logs =
      FollowedLogs::open({path("a.log"), path("b.log"), path("c.log")}, steps).value();
  ASSERT_EQ(logs.size(), 3U);
  std::string out;
  MergedShow view({}, {"a", "b", "c"}, [&](std::string& text) {
    out += text;
    text.clear();
  });
  EXPECT_FALSE(logs.read(view.sinks()).has_value());
  view.finish();
  std::vector<std::string> got;
  for (const std::string& shown : test::lines_of(out)) {
    got.push_back(shown.substr(0, 1) + shown.substr(shown.find('Z') - 2, 2));
  }
  EXPECT_THAT(got, ElementsAre("a10", "b20", "a30", "b25", "b40", "a50", "b60", "c45"));
  EXPECT_THAT(steps.remarks, ElementsAre(HasSubstr("c.log: no such file yet: waiting for it")));
}

TEST_F(FollowedLogsTest, OneOfWhichIsNoneIsToldAndTheOthersAreRead) {
  append("a.jsonl", test::read_file(kWorkshop));
  Steps steps;
  const Model model = followed({path("a.jsonl"), path("none.jsonl")}, steps);
  EXPECT_EQ(model.coverage.events, folded({kWorkshop}).coverage.events);
  EXPECT_THAT(steps.remarks, ElementsAre(HasSubstr("none.jsonl: no such file yet"),
                                         HasSubstr("none.jsonl: no such file")));
  Steps nothing;
  FollowedLogs logs = FollowedLogs::open({path("none.jsonl")}, nothing).value();
  JoinedFolds fold({}, 1);
  const auto error = logs.read(fold.sinks());
  ASSERT_TRUE(error.has_value());
  EXPECT_EQ(error->message, path("none.jsonl") + ": no such file");
}

TEST_F(FollowedLogsTest, GivenTwiceAreAnError) {
  append("a.jsonl", test::read_file(kWorkshop));
  Steps steps;
  const std::string a = path("a.jsonl");
  for (const std::string& again : {a, folder_.path() + "/./a.jsonl"}) {
    const auto logs = FollowedLogs::open({a, again}, steps);
    ASSERT_FALSE(logs.has_value()) << again;
    EXPECT_THAT(logs.error().message, HasSubstr("give each log once"));
  }
}

TEST_F(FollowedLogsTest, HalfALineAtTheEndIsCountedAndIsNoProblem) {
  const std::string text = test::read_file(kWorkshop);
  append("a.jsonl", text.substr(0, text.size() / 2));
  append("b.jsonl", test::read_file(capture("sleep", "fmt-json.jsonl")));
  Steps steps;
  const Coverage coverage = followed({path("a.jsonl"), path("b.jsonl")}, steps).coverage;
  EXPECT_EQ(coverage.bytes_read,
            coverage.bytes_used + coverage.bytes_skipped + coverage.bytes_other);
  EXPECT_GT(coverage.bytes_skipped, 0U);
  EXPECT_TRUE(coverage.torn);
  EXPECT_EQ(coverage.problems.size(), 0U);
}

}  // namespace
}  // namespace ari::replay
