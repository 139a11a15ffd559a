#include "subscriber/jsonl_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <simdjson.h>

#include <algorithm>
#include <limits>
#include <random>
#include <vector>

namespace ari::subscriber {
namespace {

constexpr std::int64_t kAt = 1'795'437'241'926'359'123;  // 2026-11-23T12:34:01.926359123Z

Record at(RecordKind kind, std::uint32_t thread = 1) {
  Record record;
  record.kind = kind;
  record.at_unix_ns = kAt;
  record.thread = thread;
  return record;
}

Record of_span(RecordKind kind, SpanId id) {
  Record record = at(kind);
  record.span = id;
  return record;
}

// What is written for one record, without the beginning that all lines share.
std::string line(JsonlWriter& writer, const Record& record) {
  std::string out;
  writer.write(record, out);
  constexpr std::string_view kStart = R"({"at":"2026-11-23T12:34:01.926359123Z",)";
  EXPECT_TRUE(out.starts_with(kStart)) << out;
  return out.substr(std::min(out.size(), kStart.size()));
}

TEST(JsonlWriter, WritesTheHeaderWithItsVersionFirst) {
  JsonlWriter writer;
  Record header = at(RecordKind::kHeader, 0);
  const Field fields[] = {{"pid", Value(12u)}, {"clock", Value("tsc")}};
  header.name = "echo \"1\"";
  header.fields = fields;
  EXPECT_EQ(line(writer, header),
            R"("k":"log","version":1,"program":"echo \"1\"","pid":12,"clock":"tsc"})"
            "\n");
}

TEST(JsonlWriter, WritesALife) {
  JsonlWriter writer;
  Record thread = at(RecordKind::kThread, 2);
  thread.name = "worker";
  EXPECT_EQ(line(writer, thread), "\"k\":\"thread\",\"th\":2,\"name\":\"worker\"}\n");

  Record created = of_span(RecordKind::kNew, 7);
  const Field fields[] = {{"kind", Value::display("task")},
                          {"absent", Value()},
                          {"task.id", Value(7u)},
                          {"loc.file", Value("a.cc")},
                          {"big", Value(std::numeric_limits<std::uint64_t>::max())},
                          {"low", Value(std::numeric_limits<std::int64_t>::min())},
                          {"half", Value(0.5)},
                          {"yes", Value(true)}};
  created.name = "runtime.spawn";
  created.target = "app";
  created.parent = 3;
  created.level = Level::kInfo;
  created.fields = fields;
  EXPECT_EQ(line(writer, created),
            R"("k":"new","th":1,"id":7,"in":3,"name":"runtime.spawn","target":"app",)"
            R"("level":"INFO","fields":{"kind":"task","task.id":7,"loc.file":"a.cc",)"
            R"("big":18446744073709551615,"low":-9223372036854775808,"half":0.5,"yes":true},)"
            R"("display":["kind"]})"
            "\n");

  EXPECT_EQ(line(writer, of_span(RecordKind::kEnter, 7)), "\"k\":\"enter\",\"th\":1,\"id\":7}\n");
  EXPECT_EQ(line(writer, of_span(RecordKind::kExit, 7)), "\"k\":\"exit\",\"th\":1,\"id\":7}\n");

  Record destroy = of_span(RecordKind::kEnter, 7);
  destroy.destroy = true;
  EXPECT_EQ(line(writer, destroy), "\"k\":\"enter\",\"th\":1,\"id\":7,\"destroy\":true}\n");

  Record wake = of_span(RecordKind::kWaker, trace::kNoSpan);
  wake.op = WakerOp::kWakeByRef;
  wake.task = 7;
  EXPECT_EQ(line(writer, wake), "\"k\":\"wake_by_ref\",\"th\":1,\"task\":7}\n");
  wake.op = WakerOp::kClone;
  wake.span = 9;
  EXPECT_EQ(line(writer, wake), "\"k\":\"clone\",\"th\":1,\"in\":9,\"task\":7}\n");

  Record close = of_span(RecordKind::kClose, 7);
  EXPECT_EQ(line(writer, close), "\"k\":\"close\",\"th\":1,\"id\":7}\n");
  close.outcome = Outcome::kPanicked;
  EXPECT_EQ(line(writer, close), "\"k\":\"close\",\"th\":1,\"id\":7,\"outcome\":\"panicked\"}\n");

  Record event = of_span(RecordKind::kEvent, 7);
  event.target = "app";
  EXPECT_EQ(line(writer, event), "\"k\":\"event\",\"th\":1,\"in\":7,\"target\":\"app\"}\n");

  Record lost = at(RecordKind::kLost);
  lost.lost = 120;
  EXPECT_EQ(line(writer, lost), "\"k\":\"lost\",\"th\":1,\"events\":120}\n");
  lost.lost_closes = 7;
  EXPECT_EQ(line(writer, lost), "\"k\":\"lost\",\"th\":1,\"events\":120,\"closes\":7}\n");

  Record end = at(RecordKind::kEnd, 0);
  end.lost = 120;
  EXPECT_EQ(line(writer, end), "\"k\":\"end\",\"events\":9,\"lost\":120}\n");
}

TEST(JsonlWriter, DefinesAPlaceBeforeItsFirstUseAndOnlyThen) {
  JsonlWriter writer;
  Record exit = of_span(RecordKind::kExit, 7);
  exit.parked_at = {"src/a.cc", 12, 5, "Task<> run"};
  EXPECT_EQ(line(writer, exit),
            R"("k":"loc","loc":1,"file":"src/a.cc","line":12,"col":5,"fn":"Task<> run"})"
            "\n"
            R"({"at":"2026-11-23T12:34:01.926359123Z","k":"exit","th":1,"id":7,"loc":1})"
            "\n");
  EXPECT_EQ(line(writer, exit), "\"k\":\"exit\",\"th\":1,\"id\":7,\"loc\":1}\n");
  exit.parked_at.file = "src/b.cc";  // the same line and column elsewhere
  EXPECT_EQ(line(writer, exit),
            R"("k":"loc","loc":2,"file":"src/b.cc","line":12,"col":5,"fn":"Task<> run"})"
            "\n"
            R"({"at":"2026-11-23T12:34:01.926359123Z","k":"exit","th":1,"id":7,"loc":2})"
            "\n");
}

// Records that say which callsite they are of, in any order, are written as if they did not.
TEST(JsonlWriter, WritesTheSameOfACallsiteThatItKnows) {
  constexpr int kCallsites = 1000;  // more than are kept at hand
  const unsigned seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  const std::vector<char> callsites(kCallsites);
  std::vector<std::string> texts;
  for (int i = 0; i < kCallsites; ++i) texts.push_back("call\"site" + std::to_string(i));
  JsonlWriter knowing, other;
  for (int i = 0; i < 20'000; ++i) {
    std::string want;
    if (i == 10'000) {  // another log begins: what was said of callsites is of another program
      std::reverse(texts.begin(), texts.end());
      const Record header = at(RecordKind::kHeader, 0);
      knowing.write(header, want);
      other.write(header, want);
    }
    const std::size_t one = random() % kCallsites;
    Record record = at(one % 3 == 0        ? RecordKind::kExit
                       : random() % 2 == 0 ? RecordKind::kEvent
                                           : RecordKind::kNew);
    record.span = 1 + random() % 20;
    if (record.kind == RecordKind::kNew) record.name = texts[one];
    record.target = texts[one / 2];
    record.level = static_cast<Level>(one % 5);
    const Field fields[] = {{texts[one], Value(7u)}, {"none", Value()}, {"x", Value("text")}};
    record.fields = {fields, random() % 4};
    if (record.kind == RecordKind::kExit) record.parked_at = {texts[one], 7, 1, texts[one / 2]};
    want.clear();
    other.write(record, want);
    record.callsite = &callsites[one];
    std::string got;
    knowing.write(record, got);
    ASSERT_EQ(got, want);
  }
}

TEST(JsonlWriter, WritesFloatsThatJsonCannotSayAsBareStrings) {
  JsonlWriter writer;
  Record event = of_span(RecordKind::kEvent, trace::kNoSpan);
  const Field fields[] = {{"x", Value(std::numeric_limits<double>::infinity())},
                          {"y", Value(1e16)}};
  event.target = "app";
  event.fields = fields;
  EXPECT_EQ(line(writer, event),
            R"("k":"event","th":1,"target":"app","fields":{"x":"inf","y":1e16},"display":["x"]})"
            "\n");
}

TEST(JsonlWriter, SaysWhatOnlyAConvertedLogKnows) {
  JsonlWriter writer;
  Record implied = of_span(RecordKind::kNew, 7);
  implied.name = "runtime.spawn";
  implied.implied = true;
  EXPECT_EQ(line(writer, implied),
            R"("k":"new","th":1,"id":7,"name":"runtime.spawn","target":"","implied":true})"
            "\n");
  Record wake = at(RecordKind::kWaker, 0);
  wake.op = trace::WakerOp::kWake;
  wake.task = 7;
  wake.self_wake = false;
  EXPECT_THAT(line(writer, wake), testing::EndsWith(R"("k":"wake","task":7,"self_wake":false})"
                                                    "\n"));
  // What was made up was not written by the program.
  EXPECT_THAT(line(writer, at(RecordKind::kEnd)), testing::HasSubstr(R"("events":1,)"));
}

// Most lines of a log are of these kinds. Ids and thread numbers are those of a program
// that has made 99,999 spans on 64 threads. (The close of a task also has its outcome.)
TEST(JsonlWriter, KeepsTheCommonLinesWithinNinetyBytes) {
  JsonlWriter writer;
  Record record = of_span(RecordKind::kExit, 99'999);
  record.thread = 64;
  record.task = 99'999;
  record.parked_at = {"src/a.cc", 12, 5, "run"};
  std::string definition;
  writer.write(record, definition);
  for (const RecordKind kind : {RecordKind::kEnter, RecordKind::kExit, RecordKind::kClose}) {
    record.kind = kind;
    std::string out;
    writer.write(record, out);
    EXPECT_LE(out.size(), 90u) << out;
  }
  record.kind = RecordKind::kWaker;
  for (const WakerOp op : {WakerOp::kClone, WakerOp::kDrop, WakerOp::kWake, WakerOp::kWakeByRef}) {
    record.op = op;
    std::string out;
    writer.write(record, out);
    EXPECT_LE(out.size(), 90u) << out;
  }
}

TEST(JsonlWriter, WritesLinesThatAParserReadsBack) {
  JsonlWriter writer;
  Record event = of_span(RecordKind::kEvent, 7);
  std::string all_bytes;
  for (int i = 0; i < 128; ++i) all_bytes.push_back(static_cast<char>(i));
  all_bytes += "\xc2\x9b\xf0\x9f\xa6\x80";
  const Field fields[] = {{all_bytes, Value(all_bytes)}};
  event.target = all_bytes;
  event.fields = fields;
  std::string out;
  writer.write(event, out);
  EXPECT_EQ(std::count(out.begin(), out.end(), '\n'), 1);  // none inside the line

  simdjson::dom::parser parser;
  simdjson::dom::element json;
  ASSERT_EQ(parser.parse(out).get(json), simdjson::SUCCESS);
  EXPECT_EQ(json["target"].get_string().value(), all_bytes);
  EXPECT_EQ(json["fields"].at_key(all_bytes).get_string().value(), all_bytes);
}

}  // namespace
}  // namespace ari::subscriber
