// The views of who waits for whom, of a log that ends while tasks join each other.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "replay/lint/lint_settings.h"
#include "replay/report/dump_view.h"
#include "replay/report/joined.h"
#include "replay/report/lint_view.h"
#include "replay/report/waits_view.h"
#include "tests/replay/report/json_test.h"
#include "tests/support/golden.h"
#include "tests/support/run.h"

namespace ari::replay {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

const std::string kLog = ARI_TESTDATA "/joins.jsonl";

Model model_of(const std::string& path) {
  FoldOptions options;
  options.resources = true;
  options.deadlocks = true;
  Model model = fold(path, options).value();
  model.coverage.path = "run.jsonl";  // not where this tree lies
  return model;
}

TextStyle style(std::size_t width) { return {Paint(subscriber::ColourDepth::kNone), width}; }

std::string waits(const Model& model, std::size_t width = 80) {
  std::string out;
  waits_text(model, style(width), out);
  return out;
}
std::string dump(const Model& model, DumpForm form, bool all = false) {
  std::string out;
  dump_text(model, form, all, style(80), out);
  return out;
}

TEST(JoinsInText, LookLikeThis) {
  const Model model = model_of(kLog);
  test::expect_golden("report/joins-waits-80.txt", waits(model));
  test::expect_golden("report/joins-waits-140.txt", waits(model, 140));
  test::expect_golden("report/joins-tree-80.txt", dump(model, DumpForm::kTree));
  test::expect_golden("report/joins-dump-80.txt", dump(model, DumpForm::kDump));
  std::string lints;
  const LintSettings settings(model.semantics);
  lint_text(model, run_lints(model, settings), settings, style(80), lints);
  test::expect_golden("report/joins-lint-80.txt", lints);
}

TEST(JoinsInJson, LookLikeThis) {
  const Model model = model_of(kLog);
  std::string json;
  waits_json(model, json);
  test::expect_golden("report/joins-waits.json", json);
  json.clear();
  dump_json(model, DumpForm::kTree, json);
  test::expect_golden("report/joins-tree.json", json);
}

// A log of the same run that tells nothing of joins, as Tokio's do not.
TEST(JoinsInText, AreNotToldWhereTheLogDoesNotTellThem) {
  std::string text;
  for (const std::string& line : test::lines_of(test::read_file(kLog))) {
    if (line.find("runtime::join") == line.npos) text += line + "\n";
  }
  const test::TempDir folder;
  const std::string path = folder.path() + "/run.jsonl";
  std::ofstream(path) << text;
  const Model model = model_of(path);
  EXPECT_THAT(waits(model), AllOf(HasSubstr("not told"), Not(HasSubstr("JoinHandle")),
                                  Not(HasSubstr("eadlock"))));
  EXPECT_THAT(dump(model, DumpForm::kDump), HasSubstr("what it waits for is not told"));
}

TEST(JoinsInText, OfAHundredTasksFindRoom) {
  Model model = model_of(kLog);
  JoinWait many = *model.tasks[1].joins;
  many.count = 100;
  many.tasks.resize(8, many.tasks.front());
  for (Task& task : model.tasks) {
    if (task.joins && task.joins->count == 2) task.joins = many;
  }
  const std::string tree = dump(model, DumpForm::kTree);
  EXPECT_THAT(tree, AllOf(HasSubstr("waits for any of 100 tasks"), HasSubstr("95 more")));
  EXPECT_THAT(dump(model, DumpForm::kTree, true), HasSubstr("92 more"));
  EXPECT_THAT(waits(model, 400), HasSubstr("any of 100 tasks: "));
  EXPECT_THAT(waits(model, 400), HasSubstr(" and more"));
}

}  // namespace
}  // namespace ari::replay
