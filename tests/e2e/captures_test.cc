// ari-replay against what tokio-console showed of the same runs, number for number.
#include <gtest/gtest.h>
#include <simdjson.h>

#include <optional>
#include <string>

#include "tests/support/run.h"

namespace ari {
namespace {

namespace dom = simdjson::dom;

// Nanoseconds since 1970 of "2026-11-23T12:34:17.947417Z", or nothing for null.
std::optional<std::int64_t> unix_ns(dom::element instant) {
  std::string_view text;
  if (instant.get(text)) return std::nullopt;
  std::tm tm{};
  char fraction[10] = "";
  const std::string copy(text);
  EXPECT_EQ(std::sscanf(copy.c_str(), "%d-%d-%dT%d:%d:%d.%9[0-9]Z", &tm.tm_year, &tm.tm_mon,
                        &tm.tm_mday, &tm.tm_hour, &tm.tm_min, &tm.tm_sec, fraction),
            7)
      << text;
  tm.tm_year -= 1900;
  tm.tm_mon -= 1;
  return timegm(&tm) * std::int64_t{1'000'000'000} + std::stol(fraction);
}

std::optional<std::int64_t> integer(dom::element value) {
  std::int64_t number = 0;
  if (value.get(number)) return std::nullopt;
  return number;
}

dom::element replay(dom::parser& parser, const std::string& arguments) {
  const test::Ran ran = test::run(ARI_BIN_DIR "/ari-replay " + arguments);
  EXPECT_EQ(ran.exit_code, 0) << arguments << "\n" << ran.err;
  return parser.parse(ran.out).value();
}

class Captures : public testing::TestWithParam<std::string> {
 protected:
  // The folder's tasks as the console showed them.
  dom::object shown_tasks() {
    return shown_parser_.load(test::capture_file(GetParam(), "console-shows.json"))["tasks"]
        .value();
  }
  std::string recording() { return test::capture_file(GetParam(), "console-record.jsonl"); }

 private:
  dom::parser shown_parser_;
};

TEST_P(Captures, TaskTableInConsoleSemanticsIsTheConsoles) {
  const dom::object want = shown_tasks();
  dom::parser parser;
  const dom::array got =
      replay(parser, "tasks --semantics console --format json " + recording())["tasks"];
  EXPECT_EQ(got.size(), want.size());
  for (const dom::element task : got) {
    const std::string span = std::to_string(std::uint64_t{task["span"]});
    SCOPED_TRACE("span " + span);
    dom::element shown;
    ASSERT_FALSE(want[span].get(shown));
    for (const char* key : {"polls", "busy_ns", "scheduled_ns", "wakes", "self_wakes",
                            "waker_clones", "waker_drops"}) {
      EXPECT_EQ(integer(task[key].value()), integer(shown[key].value())) << key;
    }
    for (const char* key : {"created_at", "dropped_at"}) {
      EXPECT_EQ(unix_ns(task[key].value()), integer(shown[key].value())) << key;
    }
  }
}

TEST_P(Captures, PercentilesInConsoleSemanticsAreTheConsoles) {
  dom::parser parser;
  for (const auto [span, shown] : shown_tasks()) {
    SCOPED_TRACE("span " + std::string(span));
    const dom::element task = replay(parser, "task --semantics console --format json " +
                                                 recording() + " " + std::string(span))["task"];
    for (const char* set : {"poll_times", "scheduled_times"}) {
      EXPECT_EQ(integer(task[set]["count"].value()), integer(shown[set]["count"].value())) << set;
      for (const std::string key :
           {"min", "max", "p10", "p25", "p50", "p75", "p90", "p95", "p99"}) {
        EXPECT_EQ(integer(task[set][key + "_ns"].value()), integer(shown[set][key].value()))
            << set << " " << key;
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(EachFolder, Captures, testing::ValuesIn(test::capture_folders()),
                         [](const auto& folder) {
                           std::string name = folder.param.substr(folder.param.rfind('/') + 1);
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

}  // namespace
}  // namespace ari
