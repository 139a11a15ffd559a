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

// In any order.
void expect_same_attributes(dom::object got, dom::object want) {
  EXPECT_EQ(got.size(), want.size());
  for (const auto [name, attribute] : got) {
    dom::element shown;
    ASSERT_FALSE(want[name].get(shown)) << name;
    for (const char* key : {"value", "unit"}) {
      EXPECT_EQ(simdjson::to_string(attribute[key].value()),
                simdjson::to_string(shown[key].value()))
          << name;
    }
  }
}

class Captures : public testing::TestWithParam<std::string> {
 protected:
  // The folder's tasks as the console showed them.
  dom::object shown_tasks() {
    return shown_parser_.load(test::capture_file(GetParam(), "console-shows.json"))["tasks"]
        .value();
  }
  // Its resources or async ops, by "resources" or "async_ops".
  dom::object shown(const char* section) {
    return shown_parser_.load(test::capture_file(GetParam(), "console-shows.json"))[section]
        .value();
  }
  std::string text_log() { return test::capture_file(GetParam(), "ari-subscriber.log"); }
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

// The recording holds neither, so the text log of the same run has to do; its layer has read
// its own clock.
TEST_P(Captures, ResourcesInConsoleSemanticsAreTheConsoles) {
  const dom::object want = shown("resources");
  dom::parser parser;
  const dom::array got =
      replay(parser, "resources --semantics console --format json " + text_log())["resources"];
  EXPECT_EQ(got.size(), want.size());
  for (const dom::element resource : got) {
    const std::string span = std::to_string(std::uint64_t{resource["span"]});
    SCOPED_TRACE("span " + span);
    dom::element shown;
    ASSERT_FALSE(want[span].get(shown));
    for (const char* key : {"concrete_type", "parent", "location", "is_internal"}) {
      EXPECT_EQ(simdjson::to_string(resource[key].value()), simdjson::to_string(shown[key].value()))
          << key;
    }
    expect_same_attributes(resource["attributes"], shown["attributes"]);
  }
}

TEST_P(Captures, AsyncOpsInConsoleSemanticsAreTheConsoles) {
  const dom::object want = shown("async_ops");
  dom::parser parser;
  const dom::array got =
      replay(parser, "ops --semantics console --format json " + text_log())["ops"];
  EXPECT_EQ(got.size(), want.size());
  for (const dom::element op : got) {
    const std::string span = std::to_string(std::uint64_t{op["span"]});
    SCOPED_TRACE("span " + span);
    dom::element shown;
    ASSERT_FALSE(want[span].get(shown));
    for (const char* key : {"source", "resource", "task", "parent_op", "polls"}) {
      EXPECT_EQ(simdjson::to_string(op[key].value()), simdjson::to_string(shown[key].value()))
          << key;
    }
    expect_same_attributes(op["attributes"], shown["attributes"]);
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
