#include "replay/model/task_identity.h"

#include <gtest/gtest.h>

#include <vector>

#include "replay/model/task_kind.h"

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

TEST(Identify, KnowsWhatTheFutureTakesIfThatIsANumber) {
  const Task boxed =
      identified({{"size.bytes", Value(8U)}, {"original_size.bytes", Value(40240U)}});
  EXPECT_EQ(boxed.future_bytes, 8U);
  EXPECT_EQ(boxed.original_future_bytes, 40240U);
  const Task as_text = identified({{"size.bytes", Value("1024")}});
  EXPECT_EQ(as_text.future_bytes, 1024U);
  EXPECT_EQ(as_text.original_future_bytes, std::nullopt);
  EXPECT_EQ(identified({{"size.bytes", Value("4 KiB")}}).future_bytes, std::nullopt);
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

TEST(IsWorkerOfTokio, GoesByTheClosuresTypeElseByThePlaceInTokiosSource) {
  struct Case {
    const char* kind;
    const char* fn;    // null: not told
    const char* file;  // null: not told
    bool want;
  };
  constexpr const char* kFile =
      "/root/.cargo/registry/src/x/tokio-1.47.1/src/runtime/scheduler/multi_thread/worker.rs";
  constexpr Case kCases[] = {
      {"blocking", "tokio::runtime::scheduler::multi_thread::worker::Launch::launch::{{closure}}",
       nullptr, true},
      {"blocking", "tokio::runtime::thread_pool::worker::Launch::launch::{{closure}}", nullptr,
       true},
      // block_in_place has another thread go on as the worker.
      {"blocking",
       "tokio::runtime::scheduler::multi_thread::worker::maybe_move_runtime::{{closure}}", nullptr,
       true},
      {"blocking", nullptr, kFile, true},
      {"task", nullptr, kFile, false},
      {"blocking", "app::worker::run::{{closure}}", kFile, false},
      {"blocking", nullptr, "src/worker.rs", false},
      {"blocking", nullptr, nullptr, false},
  };
  for (const Case& c : kCases) {
    SCOPED_TRACE(testing::Message() << (c.fn ? c.fn : "") << " " << (c.file ? c.file : ""));
    std::vector<Field> fields = {{"kind", Value::display(c.kind)}};
    if (c.fn != nullptr) fields.push_back({"fn", Value::display(c.fn)});
    if (c.file != nullptr) {
      fields.push_back({"loc.file", Value(c.file)});
      fields.push_back({"loc.line", Value(515U)});
      fields.push_back({"loc.col", Value(13U)});
    }
    EXPECT_EQ(is_worker_of_tokio(identified(fields)), c.want);
  }
}

}  // namespace
}  // namespace ari::replay
