#include "replay/report/task_selector.h"

#include <gtest/gtest.h>

#include "tests/replay/report/example_model.h"

namespace ari::replay {
namespace {

Result<std::size_t> find(const char* text) {
  auto selector = parse_task_selector(text);
  if (!selector.has_value()) return selector.error();
  return find_task(example_model(), selector.value());
}

TEST(TaskSelector, FindsATaskBySpanNameTaskIdOrLine) {
  struct Case {
    const char* text;
    std::size_t want;
  };
  constexpr Case kCases[] = {
      {"8", 1},
      {"sleep once", 1},
      {"name=sleep once", 1},
      {"span=8", 1},
      {"task.id=16", 1},
      {"line=18", 1},
      {"18446744073709551615", 3},
      {"blocking", 3},  // unnamed: it goes by its kind
  };
  for (const Case& c : kCases) {
    SCOPED_TRACE(c.text);
    const auto index = find(c.text);
    ASSERT_TRUE(index.has_value()) << index.error().message;
    EXPECT_EQ(index.value(), c.want);
  }
}

TEST(TaskSelector, ListsTheCandidatesOfAnAmbiguousName) {
  const auto index = find("healthy");
  ASSERT_FALSE(index.has_value());
  EXPECT_EQ(index.error().message,
            "'healthy' is 2 tasks; say which one:\n"
            "  span=7   task.id=15  line=17  healthy  src/scenarios.rs:6:37\n"
            "  span=12  task.id=20  line=22  healthy");
}

TEST(TaskSelector, SaysWhatThereIsWhenNothingMatches) {
  const auto index = find("slep");
  ASSERT_FALSE(index.has_value());
  EXPECT_EQ(index.error().message,
            "no task 'slep' (did you mean 'sleep once'?); there are:\n"
            "  span=7                     task.id=15  line=17  healthy       …enarios.rs:6:37\n"
            "  span=8                     task.id=16  line=18  sleep once    …enarios.rs:6:37\n"
            "  span=9                     task.id=17  line=19  pre-work      …enarios.rs:6:37\n"
            "  span=18446744073709551615              line=12  (blocking)    worker.rs:515:13\n"
            "  span=11                    task.id=19  line=21  \\x1b[31m… on  …enarios.rs:6:37\n"
            "  span=12                    task.id=20  line=22  healthy");
}

TEST(TaskSelector, SaysSoWhenALogHasNoTasks) {
  const auto index = find_task(Model{}, parse_task_selector("7").value());
  ASSERT_FALSE(index.has_value());
  EXPECT_EQ(index.error().message, "there is no task in this log");
}

TEST(TaskSelector, ExpectsNumbersWhereTheyBelong) {
  for (const char* text : {"task.id=", "span=x", "line=-1", "span=18446744073709551616"}) {
    const auto selector = parse_task_selector(text);
    ASSERT_FALSE(selector.has_value()) << text;
    EXPECT_EQ(selector.error().message, std::string("'") + text + "': expected a number after '='");
  }
}

}  // namespace
}  // namespace ari::replay
