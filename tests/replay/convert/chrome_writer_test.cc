#include "replay/convert/chrome_writer.h"

#include <gtest/gtest.h>
#include <simdjson.h>

#include <limits>

#include "replay/input/log.h"
#include "replay/timeline/tracks.h"

namespace ari::replay {
namespace {

using subscriber::Field;
using subscriber::Value;

TEST(ChromeWriter, WritesOneEventALine) {
  ChromeWriter writer;
  writer.begin_process("ping");
  writer.add_track(1, TrackGroup::kTasks, 1, "a [1]");
  const Field fields[] = {{"n", Value(18446744073709551615u)},
                          {"inf", Value(std::numeric_limits<double>::infinity())},
                          {"s", Value("\x1b\"")}};
  writer.begin(1, 5'000'000, "poll", fields, 0);
  writer.instant(1, 5'001'002, "wakes b", {}, 3);
  writer.end(1, 6'000'000);
  writer.begin(1, 6'000'000, "poll", {}, 3);
  writer.end(1, 6'000'001);
  writer.finish();
  EXPECT_EQ(writer.out(), R"({"displayTimeUnit":"ns","traceEvents":[
{"ph":"M","pid":1,"tid":0,"name":"process_name","args":{"name":"ping: threads"}},
{"ph":"M","pid":2,"tid":0,"name":"process_name","args":{"name":"ping: tasks"}},
{"ph":"M","pid":3,"tid":0,"name":"process_name","args":{"name":"ping: resources"}},
{"ph":"M","pid":2,"tid":1,"name":"thread_name","args":{"name":"a [1]"}},
{"ph":"B","pid":2,"tid":1,"ts":0.000,"name":"poll","args":{"n":18446744073709551615,"inf":"inf","s":"\u001b\""}},
{"ph":"i","pid":2,"tid":1,"ts":1.002,"name":"wakes b","s":"t"},
{"ph":"s","pid":2,"tid":1,"ts":1.002,"id":3,"cat":"wake","name":"wake"},
{"ph":"E","pid":2,"tid":1,"ts":1000.000},
{"ph":"B","pid":2,"tid":1,"ts":1000.000,"name":"poll"},
{"ph":"f","pid":2,"tid":1,"ts":1000.000,"id":3,"cat":"wake","name":"wake","bp":"e"},
{"ph":"E","pid":2,"tid":1,"ts":1000.001}
]}
)");
}

TEST(ChromeWriter, IsJsonForAWholeRun) {
  ChromeWriter writer;
  Tracks tracks(writer, Foresight::kUsed);
  ASSERT_TRUE(read_log(ARI_TESTDATA "/workshop.jsonl", tracks).has_value());
  tracks.finish();
  simdjson::dom::parser parser;
  const simdjson::dom::element trace = parser.parse(writer.out());
  EXPECT_GT(trace["traceEvents"].get_array().size(), 100u);
}

}  // namespace
}  // namespace ari::replay
