// Real recordings, read and held against truth.jsonl: what the program's own layer saw of
// the same run, callback by callback, with threads. See testdata/README.md.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <simdjson.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "replay/input/log.h"
#include "replay/input/zstd_source.h"
#include "subscriber/jsonl_writer.h"
#include "subscriber/text_writer.h"
#include "tests/replay/input/reading.h"
#include "tests/support/run.h"

namespace ari::replay {
namespace {

using subscriber::Record;
using subscriber::RecordKind;
using testing::ContainerEq;

// Something that happened, in words that both the truth and a reader can say it in.
using Deed = std::string;
using Deeds = std::vector<Deed>;

std::string join(const std::map<std::string, std::string>& fields) {
  std::string text;
  for (const auto& [name, value] : fields) text += fmt::format(" {}={}", name, value);
  return text;
}

// ---- the truth

std::string text_of(simdjson::dom::element value) {
  if (value.is_string()) return std::string(std::string_view(value));
  return simdjson::minify(value);
}

struct Truth {
  Deeds all;
  std::map<std::string, Deeds> by_thread;
};

// What of the truth a format can tell.
enum class Scope { kEverything, kConsole };

class TruthReader {
 public:
  // `told`: what the log tells, to know which async ops the console followed.
  TruthReader(Scope scope, const Deeds& told) : scope_(scope), told_(told.begin(), told.end()) {}

  void read(simdjson::dom::element line, Truth& truth) {
    const std::string deed = deed_of(line);
    if (deed.empty()) return;
    truth.all.push_back(deed);
    truth.by_thread[text_of(line["thread"])].push_back(deed);
  }

 private:
  Deed deed_of(simdjson::dom::element line) {
    const std::string kind = text_of(line["k"]);
    if (kind == "new") return new_span(line);
    if (kind == "event") return event(line);
    const std::uint64_t id = line["id"];
    if (scope_ == Scope::kConsole && kind != "close" && !console_follows(id, names_[id])) return "";
    return fmt::format("{} {}", kind, id);
  }

  // The console follows tasks, resources and those async ops that were made while their
  // resource was entered (so not a Sleep's): of these all or nothing.
  bool console_follows(std::uint64_t id, const std::string& name) const {
    if (name == "runtime.resource.async_op") return told_.contains(fmt::format("enter {}", id));
    return name == "runtime.spawn" || name == "runtime.resource";
  }

  Deed new_span(simdjson::dom::element line) {
    const std::uint64_t id = line["id"];
    const std::string name = text_of(line["name"]);
    names_[id] = name;
    if (scope_ == Scope::kConsole) {
      if (name != "runtime.spawn") return "";
      return fmt::format("new {} in 0 {}{}", id, name, join(fields_of(line)));
    }
    const std::uint64_t parent = line["parent"].is_null() ? 0 : std::uint64_t(line["parent"]);
    return fmt::format("new {} in {} {} {}{}", id, parent, name, text_of(line["level"]),
                       join(fields_of(line)));
  }

  Deed event(simdjson::dom::element line) {
    std::uint64_t in = 0;
    for (simdjson::dom::element span : line["scope"]) in = span;
    const std::string target = text_of(line["target"]);
    if (target == "tokio::task::waker") {
      const auto fields = fields_of(line);
      if (scope_ == Scope::kConsole) in = 0;
      return fmt::format("{} of {} in {}", fields.at("op"), fields.at("task.id"), in);
    }
    if (scope_ == Scope::kConsole) return "";
    return fmt::format("event in {} {} {}{}", in, target, text_of(line["level"]),
                       join(fields_of(line)));
  }

  std::map<std::string, std::string> fields_of(simdjson::dom::element line) {
    std::map<std::string, std::string> fields;
    for (const auto& field : simdjson::dom::object(line["fields"])) {
      const bool location = field.key.starts_with("loc.");
      if (scope_ == Scope::kConsole && location) continue;  // the recording leaves these out
      fields[std::string(field.key)] = text_of(field.value);
    }
    return fields;
  }

  Scope scope_;
  std::set<Deed> told_;
  std::map<std::uint64_t, std::string> names_;
};

// The whole file, decompressed.
std::string read_whole(const std::string& path) {
  const auto source = open_source(path);
  EXPECT_TRUE(source.has_value()) << path;
  std::string text;
  char piece[4096];
  while (const std::size_t n = source.value()->read(piece, sizeof piece)) text.append(piece, n);
  EXPECT_EQ(source.value()->fault(), "");
  return text;
}

Truth read_truth(const std::string& folder, Scope scope, const Deeds& told) {
  Truth truth;
  TruthReader reader(scope, told);
  simdjson::dom::parser parser;
  for (const std::string& line :
       test::lines_of(read_whole(test::capture_file(folder, "truth.jsonl")))) {
    reader.read(parser.parse(line), truth);
  }
  return truth;
}

// ---- what a reader says

std::string text_of(const subscriber::Value& value) {
  if (value.is_text()) return std::string(value.text());
  std::string text;
  subscriber::append_value(text, value);
  return text;
}

class DeedSink : public RecordSink {
 public:
  explicit DeedSink(Scope scope) : scope_(scope) {}

  void record(const Record& record, const Line&) override {
    if (!record.implied && record.kind != RecordKind::kHeader) deeds.push_back(deed_of(record));
  }

  Deeds deeds;

 private:
  Deed deed_of(const Record& record) const {
    std::map<std::string, std::string> fields;
    for (const subscriber::Field& field : record.fields) {
      fields[std::string(field.name)] = text_of(field.value);
    }
    const std::string level =
        scope_ == Scope::kConsole ? "" : fmt::format(" {}", subscriber::level_name(record.level));
    switch (record.kind) {
      case RecordKind::kNew:
        return fmt::format("new {} in {} {}{}{}", record.span, record.parent, record.name, level,
                           join(fields));
      case RecordKind::kEnter:
        return fmt::format("enter {}", record.span);
      case RecordKind::kExit:
        return fmt::format("exit {}", record.span);
      case RecordKind::kClose:
        return fmt::format("close {}", record.span);
      case RecordKind::kEvent:
        return fmt::format("event in {} {}{}{}", record.span, record.target, level, join(fields));
      case RecordKind::kWaker:
        return fmt::format("{} of {} in {}", subscriber::waker_op_name(record.op), record.task,
                           record.span);
      default:
        return "?";
    }
  }

  Scope scope_;
};

Deeds read_deeds(const std::string& path, Scope scope) {
  DeedSink sink(scope);
  const auto coverage = read_log(path, sink);
  EXPECT_TRUE(coverage.has_value());
  if (!coverage.has_value()) return {};
  EXPECT_EQ(test::show(coverage.value().problems), "");
  EXPECT_EQ(coverage.value().bytes_skipped, 0U);
  EXPECT_EQ(coverage.value().events, sink.deeds.size());
  EXPECT_FALSE(coverage.value().torn);
  return sink.deeds;
}

// ---- comparing them

Deeds sorted(Deeds deeds) {
  std::sort(deeds.begin(), deeds.end());
  return deeds;
}

// The first of `part` that does not follow the ones before it in `all`; empty if all do.
Deed first_out_of_order(const Deeds& part, const Deeds& all) {
  auto at = all.begin();
  for (const Deed& deed : part) {
    at = std::find(at, all.end(), deed);
    if (at == all.end()) return deed;
    ++at;
  }
  return "";
}

void expect_the_truth(const std::string& folder, const std::string& path, Scope scope) {
  SCOPED_TRACE(path);
  const Deeds deeds = read_deeds(path, scope);
  const Truth truth = read_truth(folder, scope, deeds);
  EXPECT_THAT(sorted(deeds), ContainerEq(sorted(truth.all)));
  for (const auto& [thread, part] : truth.by_thread) {
    EXPECT_EQ(first_out_of_order(part, deeds), "") << "on " << thread;
  }
}

class Captures : public testing::TestWithParam<std::string> {
 protected:
  std::string file(const std::string& name) { return test::capture_file(GetParam(), name); }
};

TEST_P(Captures, AsAriTextTellEveryCallbackOfTheRun) {
  expect_the_truth(GetParam(), file("ari-subscriber.log"), Scope::kEverything);
  const std::string coloured = file("ari-subscriber-colour.log");
  if (!coloured.empty()) expect_the_truth(GetParam(), coloured, Scope::kEverything);
}

TEST_P(Captures, AsConsoleRecordingTellWhatTheConsoleSaw) {
  expect_the_truth(GetParam(), file("console-record.jsonl"), Scope::kConsole);
}

// Reads through a text writer: what goes in comes out again.
std::string print_again(const std::string& path, subscriber::ColourDepth depth) {
  class Printer : public RecordSink {
   public:
    explicit Printer(subscriber::ColourDepth depth) : writer_(depth) {}
    void record(const Record& record, const Line&) override { writer_.write(record, text); }
    std::string text;

   private:
    subscriber::TextWriter writer_;
  } printer(depth);
  EXPECT_TRUE(read_log(path, printer).has_value());
  return printer.text;
}

TEST_P(Captures, AsAriTextPrintBackByteForByte) {
  const std::string plain = file("ari-subscriber.log");
  EXPECT_EQ(print_again(plain, subscriber::ColourDepth::kNone), read_whole(plain));
  const std::string coloured = file("ari-subscriber-colour.log");
  if (coloured.empty()) return;
  EXPECT_EQ(print_again(coloured, subscriber::ColourDepth::k24Bit), read_whole(coloured));
}

// Shows records without what JSONL has no key for: the target of wakers, which is always
// our own there.
class JsonlTwin : public RecordSink {
 public:
  void record(const Record& record, const Line&) override {
    writer_.write(record, jsonl);
    if (record.implied) return;
    Record twin = record;
    if (twin.kind == RecordKind::kWaker) twin.target = subscriber::kWakerTarget;
    shown.push_back(test::show(twin));
  }
  std::string jsonl;
  std::vector<std::string> shown;

 private:
  subscriber::JsonlWriter writer_;
};

TEST_P(Captures, WrittenAsJsonlReadBackTheSame) {
  JsonlTwin twin;
  ASSERT_TRUE(read_log(file("ari-subscriber.log"), twin).has_value());
  const test::ReadLog again = test::read_text(twin.jsonl);
  EXPECT_EQ(again.error, "");
  EXPECT_EQ(again.coverage.format, "ari JSONL");
  EXPECT_EQ(test::show(again.coverage.problems), "");
  EXPECT_THAT(again.records, ContainerEq(twin.shown));
}

std::vector<std::string> folders() { return test::capture_folders(); }

INSTANTIATE_TEST_SUITE_P(All, Captures, testing::ValuesIn(folders()), [](const auto& folder) {
  std::string name = folder.param.substr(folder.param.rfind('/') + 1);
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
});

}  // namespace
}  // namespace ari::replay
