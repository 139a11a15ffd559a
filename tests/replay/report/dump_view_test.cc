#include "replay/report/dump_view.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <string>
#include <vector>

#include "replay/model/fold.h"
#include "replay/model/wait_graph.h"
#include "replay/report/display_width.h"
#include "replay/report/waits_view.h"
#include "tests/replay/report/example_model.h"
#include "tests/support/golden.h"
#include "tests/support/run.h"

namespace ari::replay {
namespace {

using testing::HasSubstr;
using testing::Not;

Model model_in(const std::string& path, std::int64_t ms) {
  FoldOptions options;
  options.resources = true;
  options.until = [ms](std::int64_t first_unix_ns) { return first_unix_ns + ms * 1'000'000; };
  Model model = fold(path, options).value();
  model.coverage.path = "run.log";  // not where this tree lies
  return model;
}

Model model_at(const std::string& capture, std::int64_t ms) {
  return model_in(ARI_TESTDATA "/captures/" + capture, ms);
}

// The log of two tasks in a deadlock, as it stood after 150 ms.
Model stuck_model() { return model_at("deadlock/ari-subscriber.log", 150); }

std::string text(const Model& model, DumpForm form, std::size_t width = 80, bool all = false) {
  std::string out;
  dump_text(model, form, all, {Paint(subscriber::ColourDepth::kNone), width}, out);
  return out;
}

std::size_t times(const std::string& part, const std::string& whole) {
  std::size_t count = 0;
  for (std::size_t at = whole.find(part); at != whole.npos; at = whole.find(part, at + 1)) ++count;
  return count;
}

// Both tasks wait for a lock that a hundred hold: what is shown of each would else grow with
// waiters times holders.
Model crowded_model() {
  Model model = stuck_model();
  const AsyncOp* first = nullptr;
  for (AsyncOp& op : model.ops) {
    if (op.dropped_unix_ns || op.source != "Mutex::lock") continue;
    if (first == nullptr) first = &op;
    op.resource = first->resource;
  }
  std::vector<Hold>& holds = model.resources[first->resource.index].holds;
  const Hold hold = holds.at(0);
  holds.assign(100, hold);
  return model;
}

TEST(DumpText, ShowsOfALocksManyHoldersAllOnceAtMost) {
  const std::string some = text(crowded_model(), DumpForm::kDump);
  EXPECT_EQ(times("held by ", some), 12U);
  EXPECT_EQ(times("held by 95 more  --all shows them\n", some), 2U);
  const std::string all = text(crowded_model(), DumpForm::kDump, 80, true);
  EXPECT_EQ(times("held by ", all), 106U);
  EXPECT_EQ(times("held by 95 more  see above\n", all), 1U);
}

TEST(DumpJson, HasALocksManyHoldersAllOnce) {
  std::string dump, waits;
  dump_json(crowded_model(), DumpForm::kDump, dump);
  waits_json(crowded_model(), waits);
  for (const std::string& out : {dump, waits}) {
    EXPECT_EQ(times("\"left_by\":", out), 120U);
    EXPECT_EQ(times("\"holders_left_out\":80", out), 1U);
  }
}

TEST(WaitsText, ShowsSomeOfALocksManyHolders) {
  std::string out;
  waits_text(crowded_model(), {Paint(subscriber::ColourDepth::kNone), 240}, out);
  EXPECT_THAT(out, HasSubstr("left [11], left [11], left [11], left [11], left [11] and 95 more"));
}

TEST(DumpText, LooksLikeThis) {
  test::expect_golden("report/dump-80.txt", text(stuck_model(), DumpForm::kDump));
  test::expect_golden("report/tree-80.txt", text(stuck_model(), DumpForm::kTree));
  test::expect_golden("report/tree-120.txt", text(stuck_model(), DumpForm::kTree, 120));
}

// What dump, tree and waits show is the same if nothing is kept of what is over.
TEST(DumpText, NeedsOnlyWhatIsAlive) {
  std::size_t shown = 0;
  for (const std::string& folder : test::capture_folders()) {
    for (const char* name : {"ari-subscriber.log", "console-record.jsonl", "fmt-json.jsonl"}) {
      const std::string path = test::capture_file(folder, name);
      for (const std::int64_t ms : {5, 40, 90, 150, 100'000}) {
        if (path.empty()) continue;
        SCOPED_TRACE(path + " at " + std::to_string(ms) + "ms");
        FoldOptions options;
        options.resources = true;
        options.until = [ms](std::int64_t first_ns) { return first_ns + ms * 1'000'000; };
        const Model all = fold(path, options).value();
        options.only_alive = true;
        const Model alive = fold(path, options).value();
        std::string of_all[2], of_alive[2];
        dump_json(all, DumpForm::kTree, of_all[0]);
        dump_json(alive, DumpForm::kTree, of_alive[0]);
        waits_json(all, of_all[1]);
        waits_json(alive, of_alive[1]);
        EXPECT_EQ(of_alive[0], of_all[0]);
        EXPECT_EQ(of_alive[1], of_all[1]);
        EXPECT_EQ(text(alive, DumpForm::kDump), text(all, DumpForm::kDump));
        shown += of_all[1].size();
      }
    }
  }
  EXPECT_GT(shown, 100'000U);
}

// Nobody waits in an op whose task is over, though its own end is not in the log.
TEST(DumpText, LeavesOutOpsOfTasksThatAreOver) {
  std::string log;
  std::size_t left_out = 0;
  for (const std::string& line :
       test::lines_of(test::read_file(ARI_TESTDATA "/captures/lost-waker/ari-subscriber.log"))) {
    const bool ends_op = line.ends_with(" close") && line.find("async_op[") != line.npos;
    left_out += ends_op ? 1 : 0;
    if (!ends_op) log += line + "\n";
  }
  ASSERT_GT(left_out, 0U);
  const std::string path = testing::TempDir() + "ops-without-end.log";
  std::ofstream(path) << log;
  for (const bool only_alive : {false, true}) {
    FoldOptions options;
    options.resources = true;
    options.only_alive = only_alive;
    const Model model = fold(path, options).value();
    EXPECT_TRUE(waits_of(model).empty());
    EXPECT_THAT(text(model, DumpForm::kDump), Not(HasSubstr("Not told whose")));
  }
}

TEST(DumpText, ShowsEachLiveTaskOnceAndTheTreeOnlyThoseThatWait) {
  const Model model = model_at("lost-waker/ari-subscriber.log", 200);
  const std::string dump = text(model, DumpForm::kDump), tree = text(model, DumpForm::kTree);
  EXPECT_EQ(times("worker [", dump), 2u);
  EXPECT_EQ(times("sleep once [7]", dump), 1u);
  EXPECT_THAT(dump, HasSubstr("what it waits for is not told"));
  EXPECT_THAT(dump, Not(HasSubstr("healthy")));  // it is over by then
  EXPECT_THAT(tree, HasSubstr("block_on [6]"));
  EXPECT_THAT(tree, Not(HasSubstr("sleep once")));
  EXPECT_THAT(tree, Not(HasSubstr("blocking")));
}

// Each task waits for the other: a walk that did not remember where it was would not end.
TEST(DumpText, TellsATasksWaitsOnceEvenInACircle) {
  const std::string tree = text(stuck_model(), DumpForm::kTree);
  EXPECT_EQ(times("Mutex::lock [", tree), 2u);
  EXPECT_EQ(times("see above", tree), 1u);
}

// Timers of one kind: five wait alike, but two of them in another state.
TEST(DumpText, ShowsOneOfThoseThatWaitAlike) {
  const Model model = model_in(ARI_TESTDATA "/fmt/crowd/ari-subscriber.log.zst", 10);
  const std::string folded = text(model, DumpForm::kTree);
  EXPECT_EQ(times("Sleep::new_timeout [", folded), 1u);
  EXPECT_THAT(folded, HasSubstr("\n× 2 like it, idle for 1.37ms to 3.39ms: sleeper-3 [10], "
                                "sleeper-4 [11]\n"));
  const std::string whole = text(model, DumpForm::kTree, 80, true);
  EXPECT_EQ(times("Sleep::new_timeout [", whole), 3u);
  EXPECT_THAT(whole, Not(HasSubstr("like it")));
}

// Whatever is folded, no task goes missing.
TEST(DumpText, CountsEveryTaskThatItDoesNotShow) {
  for (const std::string& folder : test::capture_folders()) {
    const std::string path = test::capture_file(folder, "ari-subscriber.log");
    if (path.empty()) continue;
    for (const int ms : {5, 10, 20, 50, 100}) {
      const Model model = model_in(path, ms);
      const std::string folded = text(model, DumpForm::kDump);
      std::size_t told = 0;
      for (const std::string& line : test::lines_of(folded)) {
        if (line.starts_with("× ")) told += std::stoul(line.substr(3));
        for (const char* sign : {"▶ ", "▷ ", "‖ "}) told += line.starts_with(sign) ? 1 : 0;
      }
      const auto alive =
          std::count_if(model.tasks.begin(), model.tasks.end(),
                        [](const Task& task) { return task.state != State::kCompleted; });
      EXPECT_EQ(told, static_cast<std::size_t>(alive)) << path << " at " << ms << '\n' << folded;
    }
  }
}

TEST(DumpText, NeverDrivesTheTerminalAndKeepsToItsWidth) {
  for (std::size_t width = 60; width <= 240; width += 20) {
    for (const DumpForm form : {DumpForm::kDump, DumpForm::kTree}) {
      EXPECT_EQ(text(example_model(), form, width).find('\x1b'), std::string::npos);
      const std::string out = text(stuck_model(), form, width);
      for (std::size_t at = 0; at < out.size();) {
        const std::size_t end = out.find('\n', at);
        EXPECT_LE(display_width(out.substr(at, end - at)), width) << out.substr(at, end - at);
        at = end + 1;
      }
    }
  }
}

TEST(DumpText, SaysWhatALogWithoutResourcesDoesNotTell) {
  const Model model = model_at("deadlock/console-record.jsonl", 150);
  EXPECT_THAT(text(model, DumpForm::kDump), HasSubstr("does not tell of resources"));
  EXPECT_THAT(text(model, DumpForm::kTree),
              HasSubstr("No task waits in an async op or for a task here"));
}

TEST(DumpText, MarksWhatIsNotCertain) {
  Model model = stuck_model();
  model.coverage.facts.span_ids = model.coverage.facts.lifetimes = false;
  for (const DumpForm form : {DumpForm::kDump, DumpForm::kTree}) {
    const std::string out = text(model, form);
    EXPECT_THAT(out, HasSubstr("\nPerhaps a deadlock: "));
    EXPECT_THAT(out, HasSubstr("] (perhaps)  for "));
    EXPECT_THAT(out, HasSubstr("Which lock a line is about is guessed"));
  }
  for (Resource& resource : model.resources) resource.holds.clear();
  EXPECT_THAT(text(model, DumpForm::kDump), Not(HasSubstr("eadlock")));
  EXPECT_THAT(text(model, DumpForm::kDump), Not(HasSubstr("nobody")));
}

TEST(DumpText, SaysWhereNothingIsLeft) {
  const Model model = model_at("deadlock/ari-subscriber.log", 10'000);
  EXPECT_THAT(text(model, DumpForm::kDump), HasSubstr("No task is alive here"));
}

// The state's time is the end of the task's own times: nothing else in it lasts to the end.
TEST(DumpText, TimesAStateByTheTasksOwnEdges) {
  for (const int ms : {10, 50, 100, 150, 200}) {
    const Model model = model_at("deadlock/ari-subscriber.log", ms);
    for (const Task& task : model.tasks) {
      if (task.state == State::kCompleted) continue;
      const std::int64_t open = model.end_unix_ns - task.state_since_unix_ns;
      const std::int64_t all = task.state == State::kRunning     ? task.busy_ns
                               : task.state == State::kScheduled ? task.scheduled_ns
                                                                 : task.idle_ns;
      EXPECT_GE(open, 0);
      EXPECT_LE(open, all) << task.span << " at " << ms;
    }
  }
}

TEST(DumpJson, LooksLikeThis) {
  std::string out;
  dump_json(stuck_model(), DumpForm::kDump, out);
  test::expect_golden("report/dump.json", out);
  std::string tree;
  dump_json(stuck_model(), DumpForm::kTree, tree);
  test::expect_golden("report/tree.json", tree);
  EXPECT_EQ(times("\"kind\":\"worker\"", out), 2u);
  EXPECT_EQ(times("\"kind\":\"worker\"", tree), 0u);
  EXPECT_EQ(times("\"source\":\"Mutex::lock\"", tree), 2u);
}

}  // namespace
}  // namespace ari::replay
