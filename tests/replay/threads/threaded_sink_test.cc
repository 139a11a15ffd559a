#include "replay/input/threaded_sink.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/replay/input/random_records.h"
#include "tests/replay/input/reading.h"

namespace ari::replay {
namespace {

using subscriber::Record;
using subscriber::RecordKind;

// Every record that arrives, with its line's number, and the thread that it arrived on.
class Arrivals : public RecordSink {
 public:
  void record(const Record& record, const Line& line) override {
    records.push_back(std::to_string(line.number) + " " + test::show(record));
    on_other_thread |= std::this_thread::get_id() != made_on_;
  }

  std::vector<std::string> records;
  bool on_other_thread = false;

 private:
  std::thread::id made_on_ = std::this_thread::get_id();
};

// What is promised of it.
Record expected(Record record) {
  if (record.kind == RecordKind::kWaker) record.target = {};
  return record;
}

TEST(ThreadedSink, PassesEveryRecordOnInOrder) {
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    test::RandomRecords random(seed);
    Arrivals arrivals;
    std::vector<std::string> want;
    ThreadedSink sink(arrivals);
    for (std::uint64_t number = 1; number <= 30'000; ++number) {
      const Record& record = random.next();
      // Some of a record's text stands in its line.
      const Line line{number, record.target, true};
      want.push_back(std::to_string(number) + " " + test::show(expected(record)));
      sink.record(record, line);
    }
    sink.finish();
    ASSERT_EQ(arrivals.records, want) << "seed " << seed;
    EXPECT_TRUE(arrivals.on_other_thread);
  }
}

TEST(ThreadedSink, OfAFewRecordsNeedsNoThread) {
  Arrivals arrivals;
  ThreadedSink sink(arrivals);
  test::RandomRecords random(1);
  for (int i = 0; i < 100; ++i) sink.record(random.next(), Line{});
  sink.finish();
  EXPECT_EQ(arrivals.records.size(), 100U);
  EXPECT_FALSE(arrivals.on_other_thread);
}

TEST(ThreadedSink, TakesTextOfAnyLength) {
  Arrivals arrivals;
  ThreadedSink sink(arrivals);
  std::vector<std::string> want;
  for (std::size_t length = 1; length < 10'000'000; length *= 3) {
    const std::string text = "\"" + std::string(length, 'x') + "\"";
    Record record;
    record.kind = RecordKind::kEvent;
    record.target = std::string_view(text).substr(1, length);
    sink.record(record, {length, text, true});
    want.push_back(std::to_string(length) + " " + test::show(record));
  }
  sink.finish();
  EXPECT_EQ(arrivals.records, want);
}

// A log may define a place anew, and where its text stood is then used again.
TEST(ThreadedSink, KeepsThePlacesThatWereMeant) {
  Arrivals arrivals;
  ThreadedSink sink(arrivals);
  std::vector<std::string> want;
  std::string file = "src/a.cc";
  for (int i = 0; i < 10'000; ++i) {
    file[4] = static_cast<char>('a' + i % 26);
    Record record;
    record.kind = RecordKind::kExit;
    record.span = 1;
    if (i % 3 != 0) record.parked_at = {file, static_cast<std::uint32_t>(i % 40), 7, "run"};
    sink.record(record, {1, {}, true});
    want.push_back("1 " + test::show(record));
  }
  sink.finish();
  EXPECT_EQ(arrivals.records, want);
}

}  // namespace
}  // namespace ari::replay
