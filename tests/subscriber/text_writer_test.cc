#include "subscriber/text_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <vector>

#include "subscriber/number.h"

namespace ari::subscriber {
namespace {

constexpr std::int64_t kTextAt = 1'795'437'241'926'359'999;  // 2026-11-23T12:34:01.926359999Z

Record text_record(RecordKind kind) {
  Record record;
  record.kind = kind;
  record.at_unix_ns = kTextAt;
  return record;
}

std::string line(TextWriter& writer, const Record& record) {
  std::string out;
  writer.write(record, out);
  return out;
}

Record text_of_span(RecordKind kind, SpanId id) {
  Record record = text_record(kind);
  record.span = id;
  return record;
}

Record waker(WakerOp op, SpanId task, SpanId in) {
  Record record = text_of_span(RecordKind::kWaker, in);
  record.target = kWakerTarget;
  record.op = op;
  record.task = task;
  return record;
}

Record new_span(SpanId id, std::string_view name, std::span<const Field> fields = {},
                SpanId parent = trace::kNoSpan) {
  Record record = text_of_span(RecordKind::kNew, id);
  record.name = name;
  record.parent = parent;
  record.fields = fields;
  return record;
}

Record event(std::string_view target, std::span<const Field> fields, SpanId in = trace::kNoSpan) {
  Record record = text_of_span(RecordKind::kEvent, in);
  record.target = target;
  record.fields = fields;
  return record;
}

const Field kTask[] = {
    {"kind", Value::display("task")},
    {"task.name", Value::display("")},
    {"task.id", Value(5u)},
    {"loc.file", Value("src/main.rs")},
};
const Field kSleep[] = {{"concrete_type", Value("Sleep")}, {"kind", Value("timer")}};
const Field kOp[] = {{"source", Value("Sleep::new_timeout")}};
const Field kPollOp[] = {{"op_name", Value("poll_elapsed")}, {"is_ready", Value(true)}};

TEST(TextWriter, PrintsALifeInPlainText) {
  TextWriter writer(ColourDepth::kNone);
  const std::string task =
      R"(2026-11-23T12:34:01.926359Z TRACE runtime.spawn[5]{kind=task, task.name=, task.id=5, )"
      R"(loc.file="src/main.rs"} )";
  EXPECT_EQ(line(writer, new_span(5, "runtime.spawn", kTask)), task + "new\n");
  EXPECT_EQ(line(writer, text_of_span(RecordKind::kEnter, 5)), task + "enter\n");
  EXPECT_EQ(line(writer, waker(WakerOp::kClone, 5, 5)),
            task + "runtime::waker: op=\"waker.clone\", task.id=5\n");
  EXPECT_EQ(line(writer, text_of_span(RecordKind::kExit, 5)), task + "exit\n");
  EXPECT_EQ(line(writer, waker(WakerOp::kWakeByRef, 5, trace::kNoSpan)),
            "2026-11-23T12:34:01.926359Z TRACE runtime::waker: op=\"waker.wake_by_ref\", "
            "task.id=5\n");
  EXPECT_EQ(line(writer, text_of_span(RecordKind::kClose, 5)), task + "close\n");
}

TEST(TextWriter, PrintsTheWholeScopeFromRootToLeaf) {
  TextWriter writer(ColourDepth::kNone);
  line(writer, new_span(6, "runtime.resource", kSleep));
  line(writer, new_span(7, "runtime.resource.async_op", kOp, 6));
  line(writer, new_span(8, "runtime.resource.async_op.poll", {}, 7));
  const std::string scope =
      R"(2026-11-23T12:34:01.926359Z TRACE runtime.resource[6]{concrete_type="Sleep", )"
      R"(kind="timer"} runtime.resource.async_op[7]{source="Sleep::new_timeout"} )"
      R"(runtime.resource.async_op.poll[8]{} )";
  EXPECT_EQ(line(writer, text_of_span(RecordKind::kEnter, 8)), scope + "enter\n");
  EXPECT_EQ(line(writer, event("runtime::resource::poll_op", kPollOp, 8)),
            scope + "runtime::resource::poll_op: op_name=\"poll_elapsed\", is_ready=true\n");
  // A parent that closes first is still printed around its children.
  line(writer, text_of_span(RecordKind::kClose, 6));
  EXPECT_EQ(line(writer, text_of_span(RecordKind::kExit, 8)), scope + "exit\n");
}

TEST(TextWriter, LeavesOutTheMiddleOfVeryManySpansInsideEachOther) {
  TextWriter writer(ColourDepth::kNone);
  const auto span = [](SpanId id) { return "a[" + std::to_string(id) + "]{} "; };
  std::string outermost, out;
  for (SpanId id = 1; id <= TextWriter::kDeepest; ++id) {
    out = line(writer, new_span(id, "a", {}, id - 1));
    if (id + 2 <= TextWriter::kDeepest) outermost += span(id);
  }
  EXPECT_THAT(out, testing::EndsWith(outermost + span(31) + span(32) + "new\n"));
  EXPECT_THAT(
      line(writer, new_span(33, "a", {}, 32)),
      testing::EndsWith(outermost + "…[1]{spans left out} " + span(32) + span(33) + "new\n"));
  for (SpanId id = 34; id <= 20'000; ++id) out = line(writer, new_span(id, "a", {}, id - 1));
  EXPECT_THAT(out, testing::EndsWith(outermost + "…[19968]{spans left out} " + span(19'999) +
                                     span(20'000) + "new\n"));
}

TEST(TextWriter, PrintsUptimesToo) {
  TextWriter writer(ColourDepth::kNone, TextTimes::kUptime);
  Record record = event("app", {});
  for (const auto& [uptime_ns, want] :
       {std::pair(std::int64_t{1'999}, "+0.000001s"), std::pair(std::int64_t{0}, "+0.000000s"),
        std::pair(std::int64_t{999'999'999'999}, "+999.999999s")}) {
    record.at_unix_ns = uptime_ns;
    EXPECT_EQ(line(writer, record), std::string(want) + " TRACE app: \n");
  }
}

TEST(TextWriter, PrintsTheMessageBareAndLast) {
  TextWriter writer(ColourDepth::kNone);
  const Field both[] = {{"message", Value("pre-yield")}, {"fun", Value(true)}};
  Record record = event("app", both);
  record.level = Level::kInfo;
  EXPECT_EQ(line(writer, record), "2026-11-23T12:34:01.926359Z  INFO app: fun=true pre-yield\n");
  const Field alone[] = {{"message", Value("step 1")}};
  EXPECT_EQ(line(writer, event("app", alone)), "2026-11-23T12:34:01.926359Z TRACE app: step 1\n");
  EXPECT_EQ(line(writer, event("app", {})), "2026-11-23T12:34:01.926359Z TRACE app: \n");
}

// Former bug: a span's field of that name lost it. mini-redis has such a span.
TEST(TextWriter, NamesTheMessageOfASpanAsAnyField) {
  TextWriter writer(ColourDepth::kNone);
  const Field fields[] = {{"message", Value::display("b\"hello\"")}, {"channel", Value("news")}};
  EXPECT_EQ(line(writer, new_span(4, "publish", fields)),
            "2026-11-23T12:34:01.926359Z TRACE publish[4]{message=b\"hello\", channel=\"news\"} "
            "new\n");
}

TEST(TextWriter, NamesASpanItNeverSawByItsIdAlone) {
  TextWriter writer(ColourDepth::kNone);
  EXPECT_EQ(line(writer, text_of_span(RecordKind::kEnter, 9)),
            "2026-11-23T12:34:01.926359Z TRACE ?[9]{} enter\n");
  line(writer, new_span(10, "inner", {}, 9));
  EXPECT_EQ(line(writer, text_of_span(RecordKind::kEnter, 10)),
            "2026-11-23T12:34:01.926359Z TRACE ?[9]{} inner[10]{} enter\n");
}

TEST(TextWriter, ForgetsSpansAtCloseAndAtAHeader) {
  TextWriter writer(ColourDepth::kNone);
  const std::string unseen = "2026-11-23T12:34:01.926359Z TRACE ?[1]{} enter\n";
  line(writer, new_span(1, "a"));
  line(writer, text_of_span(RecordKind::kClose, 1));
  EXPECT_EQ(line(writer, text_of_span(RecordKind::kEnter, 1)), unseen);
  line(writer, new_span(1, "a"));
  line(writer, text_record(RecordKind::kHeader));
  EXPECT_EQ(line(writer, text_of_span(RecordKind::kEnter, 1)), unseen);
}

TEST(TextWriter, PrintsNothingForWhatHasNoLine) {
  TextWriter writer(ColourDepth::kNone);
  EXPECT_EQ(line(writer, text_record(RecordKind::kHeader)), "");
  EXPECT_EQ(line(writer, text_record(RecordKind::kThread)), "");
  EXPECT_EQ(line(writer, text_record(RecordKind::kEnd)), "");
  Record implied = new_span(3, "runtime.spawn");
  implied.implied = true;
  EXPECT_EQ(line(writer, implied), "");
  EXPECT_EQ(line(writer, text_of_span(RecordKind::kEnter, 3)),
            "2026-11-23T12:34:01.926359Z TRACE runtime.spawn[3]{} enter\n");
}

TEST(TextWriter, SaysWhatTheRecorderLost) {
  TextWriter writer(ColourDepth::kNone);
  Record lost = text_record(RecordKind::kLost);
  lost.thread = 3;
  lost.lost = 120;
  EXPECT_EQ(line(writer, lost),
            "2026-11-23T12:34:01.926359Z  WARN ari::recorder: thread=3, lost=120\n");
}

TEST(TextWriter, PrintsEveryTypeOfValue) {
  TextWriter writer(ColourDepth::kNone);
  const Field fields[] = {
      {"u", Value(std::numeric_limits<std::uint64_t>::max())},
      {"i", Value(std::numeric_limits<std::int64_t>::min())},
      {"f", Value(1.0)},
      {"b", Value(false)},
      {"s", Value("a\"b\n")},
      {"none", Value()},
      {"d", Value::display("a \"b\"\x1b")},
  };
  EXPECT_EQ(line(writer, event("t", fields)),
            "2026-11-23T12:34:01.926359Z TRACE t: u=18446744073709551615, "
            "i=-9223372036854775808, f=1.0, b=false, s=\"a\\\"b\\n\", d=a \"b\"\\x1b\n");
}

TEST(TextWriter, LetsNoNameDriveTheTerminal) {
  TextWriter writer(ColourDepth::kNone);
  const Field fields[] = {{"k\x1b", Value(1)}};
  EXPECT_THAT(line(writer, new_span(1, "n\x1b[2J", fields)),
              testing::HasSubstr("n\\x1b[2J[1]{k\\x1b=1}"));
  EXPECT_THAT(line(writer, event("t\n", {})), testing::EndsWith(" t\\n: \n"));
}

// The bytes that ari-subscriber prints for a Tokio program in a 24-bit terminal.
TEST(TextWriter, ColoursLifecycleLinesAsTheReferenceDoes) {
  TextWriter writer(ColourDepth::k24Bit);
  EXPECT_EQ(line(writer, new_span(1, "runtime.resource", kSleep)),
            "\x1b[2m\x1b[1;37m2026-11-23\x1b[0m\x1b[2mT\x1b[1;37m12:34:01\x1b[0m\x1b[2m.926359Z"
            "\x1b[0m \x1b[38;2;157;78;221mTRACE\x1b[0m \x1b[38;2;186;90;87mruntime.resource["
            "\x1b[1;38;2;223;88;83m1\x1b[0m\x1b[38;2;186;90;87m]{concrete_type=\"Sleep\", "
            "kind=\"timer\"}\x1b[0m \x1b[1;4;38;2;223;88;83mnew\x1b[0m\n");
}

TEST(TextWriter, ColoursEventLinesAsTheReferenceDoes) {
  TextWriter writer(ColourDepth::k24Bit);
  line(writer, new_span(8, "runtime.resource.async_op.poll"));
  EXPECT_EQ(line(writer, event("runtime::resource::poll_op", kPollOp, 8)),
            "\x1b[2m\x1b[1;37m2026-11-23\x1b[0m\x1b[2mT\x1b[1;37m12:34:01\x1b[0m\x1b[2m.926359Z"
            "\x1b[0m \x1b[38;2;157;78;221mTRACE\x1b[0m \x1b[38;2;229;228;77m"
            "runtime.resource.async_op.poll[\x1b[1;38;2;245;244;102m8\x1b[0m"
            "\x1b[38;2;229;228;77m]{}\x1b[0m \x1b[1;38;2;255;159;28m"
            "runtime::resource::poll_op\x1b[0m: \x1b[38;2;255;191;105m"
            "op_name=\"poll_elapsed\", is_ready=true\x1b[0m\n");
}

TEST(TextWriter, ColoursUserEventsWhiteAndTheirLevelByItsSeverity) {
  TextWriter writer(ColourDepth::k24Bit);
  const Field message[] = {{"message", Value("step 1")}};
  Record record = event("captures::scenarios", message);
  record.level = Level::kInfo;
  EXPECT_THAT(line(writer, record),
              testing::EndsWith(".926359Z\x1b[0m \x1b[38;2;72;158;108m INFO\x1b[0m "
                                "\x1b[1;37mcaptures::scenarios\x1b[0m: \x1b[37mstep 1\x1b[0m\n"));
}

TEST(TextWriter, ColoursWithWhatTheTerminalHas) {
  struct Case {
    ColourDepth depth;
    const char* level_and_rest;
  };
  const Case kCases[] = {
      {ColourDepth::k16,
       "\x1b[35mTRACE\x1b[0m \x1b[1;35mruntime::waker\x1b[0m: "
       "\x1b[35mop=\"waker.drop\", task.id=4\x1b[0m\n"},
      {ColourDepth::k256,
       "\x1b[38;5;134mTRACE\x1b[0m \x1b[1;38;5;177mruntime::waker\x1b[0m: "
       "\x1b[38;5;134mop=\"waker.drop\", task.id=4\x1b[0m\n"},
      {ColourDepth::k24Bit,
       "\x1b[38;2;157;78;221mTRACE\x1b[0m \x1b[1;38;2;199;125;255mruntime::waker\x1b[0m: "
       "\x1b[38;2;157;78;221mop=\"waker.drop\", task.id=4\x1b[0m\n"},
  };
  for (const Case& c : kCases) {
    TextWriter writer(c.depth);
    EXPECT_EQ(line(writer, waker(WakerOp::kDrop, 4, trace::kNoSpan)),
              std::string("\x1b[2m\x1b[1;37m2026-11-23\x1b[0m\x1b[2mT\x1b[1;37m12:34:01\x1b[0m"
                          "\x1b[2m.926359Z\x1b[0m ") +
                  c.level_and_rest);
  }
}

TEST(Number, FloatsAlwaysHaveAPointOrAnExponent) {
  struct Case {
    double value;
    const char* want;
  };
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  const Case kCases[] = {
      {0.0, "0.0"},
      {-0.0, "-0.0"},
      {1.0, "1.0"},
      {0.1, "0.1"},
      {1e15, "1000000000000000.0"},
      {1e16, "1e16"},
      {1.5e300, "1.5e300"},
      {0.0001, "0.0001"},
      {0.00001, "1e-5"},
      {-2.5e-7, "-2.5e-7"},
      {5e-324, "5e-324"},
      {kInfinity, "inf"},
      {-kInfinity, "-inf"},
      {std::numeric_limits<double>::quiet_NaN(), "NaN"},
  };
  for (const Case& c : kCases) {
    std::string out;
    append_float(out, c.value);
    EXPECT_EQ(out, c.want);
  }
}

}  // namespace
}  // namespace ari::subscriber
