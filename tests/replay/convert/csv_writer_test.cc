#include "replay/convert/csv_writer.h"

#include <gtest/gtest.h>

namespace ari::replay {
namespace {

using subscriber::Field;
using subscriber::RecordKind;
using subscriber::Value;

TEST(CsvWriter, WritesOneRowAnEvent) {
  CsvWriter writer;
  const Field fields[] = {{"task.name", Value::display("a, \"b\"\x1b[2J\n")},
                          {"task.id", Value(1u)}};
  writer.record({.kind = RecordKind::kHeader, .name = "ping"}, {});
  writer.record({.kind = RecordKind::kNew,
                 .at_unix_ns = 1'500'000'007,
                 .thread = 2,
                 .span = 9007199254740993,
                 .parent = 3,
                 .name = "runtime.spawn",
                 .target = "ari::task",
                 .fields = fields},
                {});
  writer.record({.kind = RecordKind::kEnter, .span = 4, .destroy = true}, {});
  writer.record({.kind = RecordKind::kExit,
                 .span = 4,
                 .parked_at = {.file = "a,b.cc", .line = 7, .column = 3}},
                {});
  writer.record(
      {.kind = RecordKind::kWaker, .span = 4, .op = trace::WakerOp::kWakeByRef, .task = 5}, {});
  writer.record({.kind = RecordKind::kClose, .span = 4, .outcome = trace::Outcome::kPanicked}, {});
  writer.record({.kind = RecordKind::kLost, .thread = 2, .lost = 12}, {});
  writer.record({.kind = RecordKind::kNew, .span = 8, .implied = true}, {});  // not in the log
  EXPECT_EQ(writer.out(),
            "at,kind,thread,span,in,name,target,level,task,destroy,outcome,parked_at,fields\n"
            "1970-01-01T00:00:01.500000007Z,new,2,9007199254740993,3,runtime.spawn,ari::task,TRACE,"
            ",,,,\"task.name=a, \"\"b\"\"\\x1b[2J\\n, task.id=1\"\n"
            "1970-01-01T00:00:00.000000000Z,enter,,4,,,,,,true,,,\n"
            "1970-01-01T00:00:00.000000000Z,exit,,4,,,,,,,,\"a,b.cc:7:3\",\n"
            "1970-01-01T00:00:00.000000000Z,wake_by_ref,,,4,,,,5,,,,\n"
            "1970-01-01T00:00:00.000000000Z,close,,4,,,,,,,panicked,,\n"
            "1970-01-01T00:00:00.000000000Z,lost,2,,,,,,,,,,events=12\n");
}

// The program's names must not be able to run something in a spreadsheet.
TEST(CsvWriter, PutsAnApostropheBeforeWhatWouldBeAFormula) {
  CsvWriter writer;
  const Field fields[] = {{"=1+1", Value(1u)}};
  writer.record({.kind = RecordKind::kNew,
                 .span = 1,
                 .name = "=HYPERLINK(\"x\")",
                 .target = "+a",
                 .fields = fields,
                 .parked_at = {.file = "@b", .line = 7, .column = 3}},
                {});
  const Field below[] = {{"a", Value::display("=1")}};
  writer.record({.kind = RecordKind::kEvent, .name = "a=b", .target = "-c", .fields = below}, {});
  EXPECT_EQ(writer.out(),
            std::string(kCsvHeader) +
                "1970-01-01T00:00:00.000000000Z,new,,1,,\"'=HYPERLINK(\"\"x\"\")\",'+a,TRACE,,,,"
                "'@b:7:3,'=1+1=1\n"
                "1970-01-01T00:00:00.000000000Z,event,,,,a=b,'-c,TRACE,,,,,a==1\n");
}

}  // namespace
}  // namespace ari::replay
