#include "replay/report/where.h"

#include <gtest/gtest.h>

#include "replay/report/warnings.h"
#include "tests/replay/report/example_model.h"

namespace ari::replay {
namespace {

// The span ids of the example's tasks for which it holds: 7 8 9 18446744073709551615 11 12.
std::string held_by(const char* text, bool log_tells_polls = true) {
  const auto where = parse_where(text);
  if (!where.has_value()) return where.error().message;
  Model model = example_model();
  model.coverage.facts.polls = log_tells_polls;
  const auto warnings = warnings_by_task(model, example_findings());
  std::string out;
  for (std::size_t i = 0; i < model.tasks.size(); ++i) {
    if (!where.value().holds(model.tasks[i], {warnings[i], model.coverage})) continue;
    if (!out.empty()) out += ' ';
    out += std::to_string(model.tasks[i].span);
  }
  return out;
}

TEST(Where, HoldsForTheTasksItDescribes) {
  struct Case {
    const char* text;
    const char* want;
  };
  constexpr Case kCases[] = {
      {"name = healthy", "7 12"},
      {"name = \"sleep once\"", "8"},
      {"name = \"sleep\"", ""},  // = is the whole text, ~ a part of it
      {"name ~ sleep", "8"},
      {"name ~ \"^(healthy|pre-work)$\"", "7 9 12"},
      {"name !~ e", "18446744073709551615"},
      {"kind=blocking", "18446744073709551615"},  // blanks are not needed
      {"state = running", "9 18446744073709551615"},
      {"state != running and state != completed", "8 12"},
      {"outcome = cancelled", "11"},
      {"polls > 1", "7 11"},
      {"polls >= 1 and polls <= 1", "8 9 18446744073709551615"},
      {"polls<1", "12"},
      {"wakes >= 1k", "9"},
      {"busy > 1s", "9 18446744073709551615"},
      {"busy >= 8.21268ms and busy < 8212681ns", "7"},
      {"total = 40ms", "7"},
      {"warning = lost-waker", "8"},
      {"warning ~ self", "9"},
      {"location ~ scenarios.rs:6 and not polls = 1", "7 11"},
      {"span = 18446744073709551615", "18446744073709551615"},
      {"id = 20", "12"},
      {"fields.size.bytes = 18446744073709551615", "7"},
      {"fields.offset < 0", "7"},
      {"fields.offset = -3", "7"},
      {"fields.route = \"/a \\\"b\\\"\"", "7"},
      {"fields.warm = true", "7"},
      // Without a value everything is unequal to it.
      {"fields.offset != 3", "7 8 9 18446744073709551615 11 12"},
      {"fields.nothing = 0", ""},
      {"fields.nothing = \"\" and polls = 3", "11"},
      {"fields.nothing != \"\"", ""},
      // and binds more tightly than or, not more tightly than both.
      {"polls = 40 or polls = 3 and kind = local", "7"},
      {"(polls = 40 or polls = 3) and kind = task", "7 11"},
      {"not polls = 1 and not polls = 0", "7 11"},
      {"not (polls = 1 or polls = 0)", "7 11"},
      {"not not polls = 3", "11"},
      {"((polls = 3))", "11"},
  };
  for (const Case& c : kCases) {
    SCOPED_TRACE(c.text);
    EXPECT_EQ(held_by(c.text), c.want);
  }
}

// A log without polls tells neither whether a task runs or idles, nor that it has 0 of them.
TEST(Where, HoldsForNothingThatTheLogDoesNotTell) {
  constexpr bool kUntold = false;
  EXPECT_EQ(held_by("state = running or state = scheduled or state = idle", kUntold), "");
  EXPECT_EQ(held_by("state = completed", kUntold), held_by("state = completed"));
  EXPECT_EQ(held_by("polls < 1", kUntold), "");
  EXPECT_EQ(held_by("span = 12 and (busy < 1s or scheduled < 1h or idle < 1h)", kUntold), "");
  EXPECT_EQ(held_by("span = 12 and busy != 1s", kUntold), "12");
}

TEST(Where, SaysWhatIsWrongAndPointsToIt) {
  struct Case {
    const char* text;
    const char* want;
  };
  constexpr Case kCases[] = {
      {"", "column 1: expected a field, not, or (, found the end\n  \n  ^"},
      {"polls and busy > 1ms",
       "column 7: expected =, !=, <, <=, >, >=, ~ or !~, found 'and'\n"
       "  polls and busy > 1ms\n"
       "        ^"},
      {"poll > 3",
       "column 1: unknown field 'poll' (did you mean 'polls'?)\n"
       "  poll > 3\n"
       "  ^"},
      {"polls >",
       "column 8: expected a value, found the end\n"
       "  polls >\n"
       "         ^"},
      {"polls > many",
       "column 9: expected a whole number such as 12 or 10k (k, M or G), found 'many'\n"
       "  polls > many\n"
       "          ^"},
      {"polls > 1.5",
       "column 9: expected a whole number such as 12 or 10k (k, M or G), found '1.5'\n"
       "  polls > 1.5\n"
       "          ^"},
      {"polls > 1 && busy > 1ms",
       "column 11: expected and, or, or the end, found '&&'\n"
       "  polls > 1 && busy > 1ms\n"
       "            ^"},
      {"busy > 3",
       "column 8: expected a duration such as 1.5ms (ns, us, ms, s, m or h), but it has no unit, "
       "found '3'\n"
       "  busy > 3\n"
       "         ^"},
      {"busy ~ 3",
       "column 8: expected <, =, > or such, as busy is no text: found ~\n"
       "  busy ~ 3\n"
       "         ^"},
      {"state = runing",
       "column 9: expected one of running, scheduled, idle, completed, found 'runing' (did you "
       "mean 'running'?)\n"
       "  state = runing\n"
       "          ^"},
      {"name ~ \"(\"",
       "column 8: expected an RE2 pattern: missing ): (\n"
       "  name ~ \"(\"\n"
       "         ^"},
      {"(polls > 1",
       "column 11: expected and, or, or the ) to the ( in column 1, found the end\n"
       "  (polls > 1\n"
       "            ^"},
      {"polls > 1)",
       "column 10: expected the end, as no parenthesis is open, found ')'\n"
       "  polls > 1)\n"
       "           ^"},
      {"name = \"a",
       "column 8: expected a value, found a quote that is not closed\n"
       "  name = \"a\n"
       "         ^"},
      {"fields. = 3",
       "column 1: unknown field 'fields.'\n"
       "  fields. = 3\n"
       "  ^"},
      // Columns are bytes, but the caret stands below the character.
      {"name = µ )",
       "column 11: expected the end, as no parenthesis is open, found ')'\n"
       "  name = µ )\n"
       "           ^"},
  };
  for (const Case& c : kCases) {
    SCOPED_TRACE(c.text);
    EXPECT_EQ(held_by(c.text), c.want);
  }
}

TEST(Where, SetsABoundToWhatIsInsideEachOther) {
  const std::string open(100'000, '(');
  EXPECT_TRUE(parse_where(open).error().message.starts_with(
      "column 202: expected fewer terms inside each other"));
  std::string fine;
  for (int i = 0; i < 100; ++i) fine += "not (";
  fine += "polls = 3" + std::string(100, ')');
  EXPECT_EQ(held_by(fine.c_str()), "11");
}

}  // namespace
}  // namespace ari::replay
