#include "replay/model/task_identity.h"

#include <gtest/gtest.h>

#include <vector>

namespace ari::replay {
namespace {

using subscriber::Field;
using trace::Value;

Task identified(const std::vector<Field>& fields) {
  subscriber::Record record;
  record.kind = subscriber::RecordKind::kNew;
  record.name = "runtime.spawn";
  record.target = "tokio::task";
  record.fields = fields;
  static TextPool texts;
  Task task;
  identify(record, texts, task);
  return task;
}

TEST(Identify, TakesNameKindIdAndLocationAndLeavesTheRestInOrder) {
  const Task task = identified({{"kind", Value::display("task")},
                                {"task.name", Value::display("rx")},
                                {"task.id", Value(18U)},
                                {"fn", Value::display("app::{{closure}}")},
                                {"size.bytes", Value(312U)},
                                {"loc.file", Value("src/main.rs")},
                                {"loc.line", Value(6U)},
                                {"loc.col", Value(37U)}});
  EXPECT_EQ(task.kind, "task");
  EXPECT_EQ(task.name, "rx");
  EXPECT_EQ(task.target, "tokio::task");
  EXPECT_EQ(task.task_id, 18U);
  ASSERT_NE(task.location, nullptr);
  EXPECT_EQ(task.location->file, "src/main.rs");
  EXPECT_EQ(task.location->line, 6U);
  EXPECT_EQ(task.location->column, 37U);
  ASSERT_EQ(task.fields.size(), 2U);
  EXPECT_EQ(task.fields[0].name, "fn");
  EXPECT_EQ(task.fields[0].text, "app::{{closure}}");
  EXPECT_EQ(task.fields[1].name, "size.bytes");
  EXPECT_EQ(task.fields[1].text, "312");
}

TEST(Identify, HasNoLocationUnlessAllThreePartsAreThere) {
  const Task task = identified({{"loc.file", Value("a.rs")}, {"loc.line", Value(1U)}});
  EXPECT_EQ(task.location, nullptr);
  EXPECT_EQ(task.fields.size(), 2U);
}

TEST(Identify, ReadsTheLocationThatOldTokioTellsInOneField) {
  struct Case {
    const char* text;
    const char* want_file;  // null: no location
    std::uint32_t want_line, want_column;
  };
  constexpr Case kCases[] = {
      {"src/main.rs:6:37", "src/main.rs", 6, 37},
      {"C:\\a.rs:6:37", "C:\\a.rs", 6, 37},  // a colon of its own
      {"src/main.rs:6", nullptr, 0, 0},
      {"src/main.rs:6:x", nullptr, 0, 0},
      {"src/main.rs:6:99999999999", nullptr, 0, 0},  // beyond 32 bits
      {":6:37", nullptr, 0, 0},
      {"", nullptr, 0, 0},
  };
  for (const Case& c : kCases) {
    SCOPED_TRACE(c.text);
    const Task task = identified({{"spawn.location", Value::display(c.text)}});
    ASSERT_EQ(task.location != nullptr, c.want_file != nullptr);
    // What is not understood is still shown.
    EXPECT_EQ(task.fields.size(), task.location ? 0U : 1U);
    if (!task.location) continue;
    EXPECT_EQ(task.location->file, c.want_file);
    EXPECT_EQ(task.location->line, c.want_line);
    EXPECT_EQ(task.location->column, c.want_column);
  }
}

TEST(Identify, KeepsMembersOfAnUnexpectedTypeAsFields) {
  const Task task = identified({{"task.id", Value("7")}, {"kind", Value(1U)}});
  EXPECT_FALSE(task.task_id.has_value());
  EXPECT_EQ(task.kind, "");
  EXPECT_EQ(task.fields.size(), 2U);
}

}  // namespace
}  // namespace ari::replay
