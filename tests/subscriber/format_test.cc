// FORMAT.md's example is a log: the writer could have written it, line by line.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <simdjson.h>

#include <map>
#include <optional>

#include "subscriber/jsonl_writer.h"
#include "tests/support/run.h"

namespace ari::subscriber {
namespace {

namespace dom = simdjson::dom;

// The lines between ```jsonl and ```.
std::vector<std::string> example_lines() {
  std::vector<std::string> lines;
  bool is_example = false;
  for (const std::string& line :
       test::lines_of(test::read_file(ARI_SOURCE_DIR "/subscriber/FORMAT.md"))) {
    if (line.starts_with("```")) {
      is_example = line == "```jsonl";
    } else if (is_example) {
      lines.push_back(line);
    }
  }
  return lines;
}

// Reads the lines back as any program could that knows the page and a JSON parser, and
// has the writer write them again. Keys in another order, other digits of a number or a
// count that is off show as a difference.
class Rewriter {
 public:
  // What the writer makes of the line: with the "loc" line before it, if it is the first
  // to use it, and so nothing for "loc" lines themselves.
  std::string rewrite(const std::string& line) {
    const dom::element json = parser_.parse(line);
    const std::string_view kind = json["k"];
    Record record;
    record.at_unix_ns = instant(json["at"]);
    record.thread = static_cast<std::uint32_t>(number(json, "th"));
    fields_.clear();
    if (kind == "loc") {
      places_[number(json, "loc")] = {std::string(text(json, "file")),
                                      std::string(text(json, "fn")), number(json, "line"),
                                      number(json, "col")};
      return "";
    }
    fill(kind, json, record);
    record.fields = fields_;
    std::string out;
    writer_.write(record, out);
    return out;
  }

 private:
  struct Place {
    std::string file, function;
    std::uint64_t line, column;
  };

  static std::uint64_t number(const dom::element& json, const char* key) {
    std::uint64_t value = 0;
    return json[key].get(value) == simdjson::SUCCESS ? value : 0;
  }
  static std::string_view text(const dom::element& json, const char* key) {
    std::string_view value;
    return json[key].get(value) == simdjson::SUCCESS ? value : "";
  }
  static std::int64_t instant(const dom::element& at) {
    constexpr std::int64_t kNoonNs = 1'795'437'241'000'000'000;  // 2026-11-23T12:34:01Z
    const std::string_view text = at;
    EXPECT_TRUE(text.starts_with("2026-11-23T12:34:01.")) << text;
    return kNoonNs + std::stoll(std::string(text.substr(20, 9)));
  }

  void fill(std::string_view kind, const dom::element& json, Record& record) {
    record.span = number(json, "id");
    record.name = text(json, "name");
    record.target = text(json, "target");
    if (kind == "log") {
      EXPECT_EQ(number(json, "version"), kFormatVersion);
      record.kind = RecordKind::kHeader;
      record.name = text(json, "program");
      fields_ = {{"pid", Value(number(json, "pid"))}, {"clock", Value(text(json, "clock"))}};
    } else if (kind == "thread") {
      record.kind = RecordKind::kThread;
    } else if (kind == "new") {
      record.kind = RecordKind::kNew;
      record.parent = number(json, "in");
      read_fields(json);
    } else if (kind == "enter") {
      record.kind = RecordKind::kEnter;
      record.destroy = json["destroy"].error() == simdjson::SUCCESS;
    } else if (kind == "exit") {
      record.kind = RecordKind::kExit;
      if (const std::uint64_t loc = number(json, "loc")) {
        const Place& place = places_.at(loc);
        record.parked_at = {place.file, static_cast<std::uint32_t>(place.line),
                            static_cast<std::uint32_t>(place.column), place.function};
      }
    } else if (kind == "close") {
      record.kind = RecordKind::kClose;
      record.outcome = outcome_from_name(text(json, "outcome"));
    } else if (kind == "event") {
      record.kind = RecordKind::kEvent;
      record.span = number(json, "in");
      record.level = level_from_name(text(json, "level")).value_or(Level::kTrace);
      read_fields(json);
    } else if (kind == "end") {
      record.kind = RecordKind::kEnd;
      record.lost = number(json, "lost");
    } else {
      const auto op = waker_op_from_name("waker." + std::string(kind));
      ASSERT_TRUE(op.has_value()) << kind;
      record.kind = RecordKind::kWaker;
      record.op = *op;
      record.span = number(json, "in");
      record.task = number(json, "task");
    }
  }

  void read_fields(const dom::element& json) {
    std::vector<std::string_view> bare;
    dom::array display;
    if (json["display"].get(display) == simdjson::SUCCESS) {
      for (const std::string_view name : display) bare.push_back(name);
    }
    for (const auto [name, value] : dom::object(json["fields"])) {
      fields_.push_back({name, value_of(value, testing::Value(name, testing::AnyOfArray(bare)))});
    }
  }
  static Value value_of(const dom::element& json, bool is_bare) {
    if (json.is_string()) {
      const std::string_view text = json;
      return is_bare ? Value::display(text) : Value(text);
    }
    return json.is_uint64() ? Value(std::uint64_t(json)) : Value(double(json));
  }

  dom::parser parser_;
  JsonlWriter writer_;
  std::vector<Field> fields_;
  std::map<std::uint64_t, Place> places_;
};

TEST(Format, ShowsALogAsTheWriterWritesIt) {
  const std::vector<std::string> lines = example_lines();
  ASSERT_GT(lines.size(), 10u);
  Rewriter rewriter;
  std::string page, rewritten;
  for (const std::string& line : lines) {
    page += line + "\n";
    rewritten += rewriter.rewrite(line);
  }
  EXPECT_EQ(rewritten, page);
}

}  // namespace
}  // namespace ari::subscriber
