// The promise that both writers make together: what a program shows live and what its
// JSONL log shows when it is read back are the same bytes, whatever the program says.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <limits>
#include <random>

#include "replay/input/log.h"
#include "subscriber/drain.h"
#include "subscriber/jsonl_writer.h"
#include "subscriber/text_writer.h"
#include "tests/support/run.h"

namespace ari::subscriber {
namespace {

// Both logs of one stream of records, the text coloured: colours depend on records too.
class BothLogs final : public RecordConsumer {
 public:
  void consume(const Record& record) override {
    text_writer_.write(record, text);
    jsonl_writer_.write(record, jsonl);
  }
  std::string text, jsonl;

 private:
  TextWriter text_writer_{ColourDepth::k16};
  JsonlWriter jsonl_writer_;
};

class Shown final : public replay::RecordSink {
 public:
  void record(const Record& record, const replay::Line&) override { writer_.write(record, text); }
  std::string text;

 private:
  TextWriter writer_{ColourDepth::k16};
};

// A program that says anything: every type of value, any bytes, spans opened, entered and
// closed in any order, also ones that were never opened.
class Babbler {
 public:
  Babbler(unsigned seed, Lanes& lanes) : random_(seed) {
    for (int i = 0; i < 3; ++i) lanes_.push_back(lanes.make(0, "babbler"));
  }

  void say_something() {
    Lane& lane = *lanes_[pick(lanes_.size())];
    ticks_ += pick(5) * 777'777'777;
    const SpanId id = 1 + pick(20);
    switch (pick(7)) {
      case 0:
        return lane.new_span(ticks_, id, pick(20), *kSpans[pick(std::size(kSpans))], values());
      case 1:
        return lane.enter(ticks_, id, pick(2) ? EnterReason::kPoll : EnterReason::kDestroy);
      case 2:
        return lane.exit(ticks_, id,
                         pick(2) ? std::source_location() : std::source_location::current());
      case 3:
        return lane.close(ticks_, id, static_cast<Outcome>(pick(3)));
      case 4:
        return lane.waker(ticks_, pick(20), static_cast<WakerOp>(pick(4)), id);
      default:
        return lane.event(ticks_, pick(20), *kEvents[pick(std::size(kEvents))], values());
    }
  }

 private:
  static constexpr std::string_view kFields[] = {"kind",       "task.name", "message",
                                                 "od\"d \x1b", "ratio",     "unit"};
  static constexpr Metadata kTask{"runtime.spawn", "app", trace::Level::kTrace, kFields};
  static constexpr Metadata kOp{"runtime.resource.async_op", "app", trace::Level::kDebug, kFields};
  static constexpr Metadata kRequest{"req\nuest", "a\\b", trace::Level::kError, kFields};
  static constexpr const Metadata* kSpans[] = {&kTask, &kOp, &kRequest};
  static constexpr Metadata kPollOp{"", "runtime::resource::poll_op", trace::Level::kTrace,
                                    kFields};
  static constexpr Metadata kSentence{"", "app\x7f", trace::Level::kWarn, kFields};
  static constexpr const Metadata* kEvents[] = {&kPollOp, &kSentence};

  std::size_t pick(std::size_t below) { return random_() % below; }

  std::span<const Value> values() {
    values_.clear();
    texts_.clear();
    for (std::size_t i = 0; i < std::size(kFields); ++i) texts_.push_back(text());
    for (const std::string& text : texts_) values_.push_back(value(text));
    return values_;
  }
  std::string text() {
    std::string text;
    for (auto length = pick(12); length > 0; --length) {
      constexpr std::string_view kLikely = "ab\"\\\n\xc2\x9b\xf0\x9f\xa6\x80\xe2\x80\xae\xff\0";
      text.push_back(pick(2) ? kLikely[pick(kLikely.size())] : static_cast<char>(pick(256)));
    }
    return text;
  }
  Value value(const std::string& text) {
    constexpr double kFloats[] = {0.0,
                                  -0.0,
                                  1.0,
                                  1e16,
                                  1.0 / 3,
                                  5e-324,
                                  1e300,
                                  std::numeric_limits<double>::infinity(),
                                  std::numeric_limits<double>::quiet_NaN()};
    switch (pick(7)) {
      case 0:
        return {};
      case 1:
        return {std::uint64_t{random_()}};
      case 2:
        return {static_cast<std::int64_t>(random_())};
      case 3:
        return {kFloats[pick(std::size(kFloats))]};
      case 4:
        return {pick(2) == 0};
      case 5:
        return Value::display(text);
      default:
        return Value(text);
    }
  }

  std::mt19937_64 random_;
  std::vector<std::shared_ptr<Lane>> lanes_;
  std::uint64_t ticks_ = 1;
  std::vector<std::string> texts_;
  std::vector<Value> values_;
};

// Reads the JSONL log and compares its text with what was shown live.
void expect_same_bytes(const BothLogs& live) {
  const test::TempDir dir;
  const std::string path = dir.path() + "/run.jsonl";
  std::ofstream(path, std::ios::binary) << live.jsonl;
  Shown replayed;
  const auto coverage = replay::read_log(path, replayed);
  ASSERT_TRUE(coverage.has_value());
  EXPECT_EQ(coverage.value().lines_skipped, 0u);
  const auto live_lines = test::lines_of(live.text), again_lines = test::lines_of(replayed.text);
  ASSERT_EQ(live_lines.size(), again_lines.size());
  for (std::size_t i = 0; i < live_lines.size(); ++i) ASSERT_EQ(live_lines[i], again_lines[i]);
}

constexpr std::int64_t kStartNs = 1'795'437'241'926'359'123;

TEST(Replayed, ALogShowsTheBytesThatWereShownLive) {
  const unsigned seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  Lanes lanes;
  BothLogs live;
  Drain drain(lanes, {0, kStartNs}, live, "babbler", "monotonic");
  Babbler babbler(seed, lanes);
  for (int i = 0; i < 4000; ++i) babbler.say_something();
  drain.finish({UINT64_MAX / 4, kStartNs + INT64_MAX / 32});
  ASSERT_GT(test::lines_of(live.text).size(), 3000u);
  EXPECT_THAT(live.jsonl, testing::EndsWith("\"lost\":0}\n"));
  expect_same_bytes(live);
}

// So many ends of spans are lost that the text writer forgets spans: here and there the same.
TEST(Replayed, ALogThatLostTheEndsOfSpansForgetsTheSameSpans) {
  static constexpr Metadata kPlain{"request", "app", trace::Level::kInfo, {}};
  Lanes lanes(4096);
  BothLogs live;
  Drain drain(lanes, {0, kStartNs}, live, "forgetful", "monotonic");
  const auto lane = lanes.make(0, "forgetful");
  std::uint64_t ticks = 1;
  const auto pass = [&] {
    ticks += 1'000'000;
    drain.pass({ticks, kStartNs + static_cast<std::int64_t>(ticks)});
  };
  constexpr SpanId kHeardOf = 1, kNotHeardOf = 2;
  lane->new_span(ticks, kHeardOf, trace::kNoSpan, kPlain, {});
  lane->new_span(ticks, kNotHeardOf, trace::kNoSpan, kPlain, {});
  for (int round = 1; round <= 2; ++round) {
    lane->enter(ticks, kHeardOf, EnterReason::kPoll);
    const std::uint64_t lost = lane->lost();
    while (lane->lost() == lost) lane->enter(ticks, kHeardOf, EnterReason::kPoll);
    for (SpanId id = 1000; id < 6000; ++id) lane->close(ticks, id, Outcome::kCompleted);
    pass();
    lane->enter(ticks, kHeardOf, EnterReason::kPoll);
    pass();
  }
  lane->enter(ticks, kNotHeardOf, EnterReason::kPoll);
  drain.finish({ticks + 1, kStartNs + static_cast<std::int64_t>(ticks) + 1});
  const auto lines = test::lines_of(live.text);
  EXPECT_THAT(lines.back(), testing::HasSubstr("?["));
  EXPECT_THAT(lines[lines.size() - 2], testing::HasSubstr("request["));
  expect_same_bytes(live);
}

}  // namespace
}  // namespace ari::subscriber
