// Views of what ari's runtime reports of itself: metrics, recorded dumps, blocked workers.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>
#include <string>

#include "replay/input/log.h"
#include "replay/report/display_width.h"
#include "replay/report/metrics_view.h"
#include "replay/report/recorded_dump_view.h"
#include "replay/report/summary_view.h"
#include "tests/support/golden.h"
#include "tests/support/run.h"

namespace ari::replay {
namespace {

using subscriber::ColourDepth;
using testing::HasSubstr;

const std::string kServiceLog = ARI_TESTDATA "/service.jsonl.zst";

template <typename Sink>
Coverage read(Sink& sink, const std::string& path = kServiceLog) {
  Coverage coverage = read_log(path, sink).value();
  coverage.path = "run.jsonl";  // not where this tree lies
  return coverage;
}

TEST(Metrics, LookLikeThis) {
  MetricsLog log;
  const Coverage coverage = read(log);
  std::string text, json;
  metrics_text(log, coverage, {}, {Paint(ColourDepth::kNone), 80}, text);
  metrics_json(log, coverage, {}, json);
  test::expect_golden("report/metrics-80.txt", text);
  test::expect_golden("report/metrics.json", json);
}

// What was counted between the rows that are shown adds up to the last snapshot.
TEST(Metrics, RowsAddUpToTheLastSnapshot) {
  MetricsLog log;
  const Coverage coverage = read(log);
  const WorkerCounts last = sum_of_workers(log.snapshots().back());
  std::string text;
  metrics_text(log, coverage, {}, {Paint(ColourDepth::kNone), 200}, text);
  std::uint64_t polls = 0;
  bool in_rows = false;
  for (const std::string& line : test::lines_of(text)) {
    if (line.empty()) in_rows = false;
    std::istringstream cells(line);
    std::string at, alive, spawned;
    std::uint64_t count = 0;
    if (in_rows && cells >> at >> alive >> spawned >> count) polls += count;
    if (line.starts_with("At (ms)")) in_rows = true;
  }
  EXPECT_EQ(polls, last.poll_count);
}

TEST(Metrics, AreOfTheTimeThatIsAskedFor) {
  MetricsLog log;
  const Coverage coverage = read(log);
  const MetricsOptions late{TimeBound{TimeBound::Base::kLogStart, 150'000'000},
                            TimeBound{TimeBound::Base::kLogStart, 200'000'000}, false};
  EXPECT_EQ(snapshots_in(log, coverage, late).size(), 3u);
  std::string text;
  metrics_text(log, coverage, {TimeBound{TimeBound::Base::kLogStart, 10'000'000'000}, {}, false},
               {Paint(ColourDepth::kNone), 80}, text);
  EXPECT_THAT(text, HasSubstr("but not in that time"));
}

TEST(Metrics, SaysThatTokiosLogsHaveNone) {
  MetricsLog log;
  const Coverage coverage = read(log, ARI_TESTDATA "/captures/sleep/ari-subscriber.log");
  std::string text;
  metrics_text(log, coverage, {}, {Paint(ColourDepth::kNone), 200}, text);
  EXPECT_THAT(text, HasSubstr("Tokio's logs have none"));
}

TEST(Metrics, OfTwoRuntimesAreNotTakenForOne) {
  MetricsLog log;
  read(log);
  const auto& snapshots = log.snapshots();
  EXPECT_TRUE(goes_on_from(snapshots[0], snapshots[1]));
  EXPECT_FALSE(goes_on_from(snapshots[1], snapshots[0]));
}

TEST(RecordedDump, LooksLikeThis) {
  RecordedDumps dumps(1);
  const Coverage coverage = read(dumps);
  ASSERT_EQ(dumps.dumps().size(), 2u);
  EXPECT_TRUE(dumps.dumps()[0].is_whole());
  std::string text, json;
  recorded_dump_text(coverage, dumps, 1, {Paint(ColourDepth::kNone), 80}, text);
  recorded_dump_json(coverage, dumps, 1, json);
  test::expect_golden("report/recorded-dump-80.txt", text);
  test::expect_golden("report/recorded-dump.json", json);
  for (const std::size_t width : {60u, 90u}) {
    std::string out;
    recorded_dump_text(coverage, dumps, 1, {Paint(ColourDepth::kNone), width}, out);
    for (const std::string& line : test::lines_of(out)) {
      EXPECT_LE(display_width(line), width) << line;
    }
  }
}

TEST(RecordedDump, ThatIsNotThereIsAnError) {
  RecordedDumps dumps(3);
  read(dumps);
  EXPECT_EQ(find_dump(dumps, 3).error().message,
            "there is no recorded dump 3: the log has 2, numbered from 1");
  EXPECT_FALSE(find_dump(dumps, 0).has_value());
  EXPECT_THAT(find_dump(RecordedDumps(1), 1).error().message, HasSubstr("no dump of itself"));
}

TEST(Summary, NamesThePollThatBlockedAWorker) {
  Model model = fold(kServiceLog, {}).value();
  std::string text, json;
  summary_text(model, {}, {Paint(ColourDepth::kNone), 120}, text);
  summary_json(model, {}, json);
  EXPECT_THAT(text, HasSubstr("1 poll seen to block a worker: hog [38], 11.1ms or more (line "));
  EXPECT_THAT(json, HasSubstr("\"blocked_ns\":11055518"));
}

}  // namespace
}  // namespace ari::replay
