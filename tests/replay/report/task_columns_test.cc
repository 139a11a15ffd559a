#include "replay/report/task_columns.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/replay/report/example_model.h"

namespace ari::replay {
namespace {

using testing::StartsWith;

TEST(TaskColumns, AreNamedInOrderAndEachOnce) {
  const auto columns = parse_task_columns("polls,name,polls").value();
  ASSERT_EQ(columns.size(), 2u);
  EXPECT_EQ(task_columns()[columns[0]].name, "polls");
  EXPECT_EQ(task_columns()[columns[1]].name, "name");
}

TEST(TaskColumns, SayWhichIsUnknown) {
  const auto message = [](const char* text) { return parse_task_columns(text).error().message; };
  EXPECT_THAT(message("name,bsy"), StartsWith("unknown column 'bsy' (did you mean 'busy'?); "
                                              "expected names with commas between: span, name, "));
  EXPECT_THAT(message(""), StartsWith("unknown column ''; expected"));
  EXPECT_THAT(message("name,"), StartsWith("unknown column ''; expected"));
}

TEST(TaskColumns, HaveACellForEveryTask) {
  const std::vector<std::string_view> warnings = {"lost-waker", "self-wakes"};
  const Model model = example_model();
  for (const TaskColumn& column : task_columns()) {
    bool any = false;
    for (const Task& task : model.tasks) {
      const Cell cell = column.cell(task, {warnings, model.coverage, "run.jsonl"});
      any = any || !cell.text.empty();
      EXPECT_EQ(cell.text.find('\x1b'), std::string::npos);
    }
    EXPECT_TRUE(any) << column.name;
  }
}

}  // namespace
}  // namespace ari::replay
