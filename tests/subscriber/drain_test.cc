#include "subscriber/drain.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <random>
#include <set>

#include "subscriber/jsonl_writer.h"

namespace ari::subscriber {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using trace::EnterReason;

constexpr std::size_t kRingBytes = 4096;
constexpr std::size_t kForClosesOnly = kRingBytes / 8;
constexpr std::uint64_t kStart = 1'000'000'000;  // ticks; here one tick is one nanosecond
constexpr std::uint64_t kWindow = Drain::kWindowNs;

Anchor at(std::uint64_t ticks) { return {ticks, static_cast<std::int64_t>(ticks)}; }

// Collects the records as JSON lines without their times, and the times.
class Collected final : public RecordConsumer {
 public:
  void consume(const Record& record) override {
    std::string out;
    writer_.write(record, out);
    const std::size_t kind = out.find("\"k\":");
    lines_.push_back(out.substr(kind, out.size() - kind - 2));
    times_ns_.push_back(record.at_unix_ns);
  }
  void end_thread(std::uint32_t thread) override { ended.push_back(thread); }
  // What came since the last call.
  std::vector<std::string> take() { return std::exchange(lines_, {}); }
  std::vector<std::int64_t> take_times() { return std::exchange(times_ns_, {}); }
  std::vector<std::uint32_t> ended;

 private:
  JsonlWriter writer_;
  std::vector<std::string> lines_;
  std::vector<std::int64_t> times_ns_;
};

// A drain over lanes that the test fills by hand, at the ticks it likes.
class DrainTest : public testing::Test {
 protected:
  DrainTest() : drain_(lanes_, at(kStart), collected_, "test", "tsc") {
    EXPECT_THAT(collected_.take(),
                ElementsAre(testing::StartsWith(R"("k":"log","version":1,"program":"test")")));
    collected_.take_times();
  }

  // A lane whose "thread" line is out of the way.
  std::shared_ptr<Lane> lane() {
    auto made = lanes_.make(0, "worker");
    made->enter(now_, 1, EnterReason::kPoll);
    pass();
    collected_.take();
    return made;
  }
  // A pass late enough to see all that was recorded so far at now_.
  void pass() {
    now_ += 2 * kWindow;
    drain_.pass(at(now_));
    now_ += kWindow;
  }

  Lanes lanes_{kRingBytes};
  Collected collected_;
  Drain drain_;
  std::uint64_t now_ = kStart + 1;
};

TEST_F(DrainTest, NamesAThreadBeforeItsFirstEvent) {
  const auto worker = lanes_.make(0, "worker");
  worker->enter(now_, 7, EnterReason::kPoll);
  pass();
  EXPECT_THAT(collected_.take(), ElementsAre(R"("k":"thread","th":1,"name":"worker")",
                                             R"("k":"enter","th":1,"id":7)"));
}

TEST_F(DrainTest, TellsOfAThreadsEndBehindItsLastEvent) {
  const auto one = lane(), two = lane();
  one->enter(now_, 7, EnterReason::kPoll);
  one->leave();
  drain_.pass(at(now_));
  EXPECT_THAT(collected_.ended, testing::IsEmpty());
  pass();
  EXPECT_THAT(collected_.take(), ElementsAre(R"("k":"enter","th":1,"id":7)"));
  EXPECT_THAT(collected_.ended, ElementsAre(1));
}

TEST_F(DrainTest, MergesThreadsByTimeThenNumberThenPosition) {
  const auto one = lane(), two = lane();
  two->enter(now_, 21, EnterReason::kPoll);
  one->enter(now_, 11, EnterReason::kPoll);
  two->enter(now_ + 1, 22, EnterReason::kPoll);
  one->enter(now_ + 2, 12, EnterReason::kPoll);
  one->enter(now_ + 2, 13, EnterReason::kPoll);
  two->enter(now_ + 2, 23, EnterReason::kPoll);
  pass();
  EXPECT_THAT(collected_.take(),
              ElementsAre(R"("k":"enter","th":1,"id":11)", R"("k":"enter","th":2,"id":21)",
                          R"("k":"enter","th":2,"id":22)", R"("k":"enter","th":1,"id":12)",
                          R"("k":"enter","th":1,"id":13)", R"("k":"enter","th":2,"id":23)"));
}

TEST_F(DrainTest, HoldsBackWhatIsYoungerThanTheWindow) {
  const auto one = lane(), two = lane();
  one->enter(now_, 11, EnterReason::kPoll);
  one->enter(now_ + 1, 12, EnterReason::kPoll);
  drain_.pass(at(now_ + kWindow));
  EXPECT_THAT(collected_.take(), ElementsAre(R"("k":"enter","th":1,"id":11)"));
  // Copied late, but stamped before what was held back: it still comes first.
  two->enter(now_, 21, EnterReason::kPoll);
  pass();
  EXPECT_THAT(collected_.take(),
              ElementsAre(R"("k":"enter","th":2,"id":21)", R"("k":"enter","th":1,"id":12)"));
}

TEST_F(DrainTest, GivesEachEventItsOwnTime) {
  const auto one = lane();
  collected_.take_times();
  const auto begin = static_cast<std::int64_t>(now_);
  one->enter(now_, 1, EnterReason::kPoll);
  one->enter(now_ + 17, 1, EnterReason::kPoll);
  pass();
  EXPECT_THAT(collected_.take_times(), ElementsAre(begin, begin + 17));
}

TEST_F(DrainTest, KeepsEverythingThatAnEventSays) {
  static constexpr std::string_view kNames[] = {"kind", "task.name", "u", "i", "f", "b", "absent"};
  static constexpr Metadata kTask{"runtime.spawn", "app", trace::Level::kDebug, kNames};
  const auto one = lane();
  const Value values[] = {Value::display("task"),
                          Value("a\xff"),
                          Value(1u),
                          Value(-2),
                          Value(0.5),
                          Value(true),
                          Value()};
  one->new_span(now_, 7, 3, kTask, values);
  one->event(now_, 7, kTask, {values, 2});
  one->enter(now_, 7, EnterReason::kDestroy);
  one->waker(now_, 7, WakerOp::kWakeByRef, 9);
  one->close(now_, 7, Outcome::kCancelled);
  pass();
  EXPECT_THAT(
      collected_.take(),
      ElementsAre(
          R"("k":"new","th":1,"id":7,"in":3,"name":"runtime.spawn","target":"app","level":"DEBUG",)"
          R"("fields":{"kind":"task","task.name":"a\\xff","u":1,"i":-2,"f":0.5,"b":true},)"
          R"("display":["kind"])",
          R"("k":"event","th":1,"in":7,"target":"app","level":"DEBUG",)"
          R"("fields":{"kind":"task","task.name":"a\\xff"},"display":["kind"])",
          R"("k":"enter","th":1,"id":7,"destroy":true)",
          R"("k":"wake_by_ref","th":1,"in":7,"task":9)",
          R"("k":"close","th":1,"id":7,"outcome":"cancelled")"));
}

TEST_F(DrainTest, TellsWhereAPollParked) {
  const auto one = lane();
  const auto here = std::source_location::current();
  one->exit(now_, 7, here);
  one->exit(now_, 7, std::source_location());
  pass();
  const auto lines = collected_.take();
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_THAT(lines[0], testing::StartsWith(R"("k":"loc","loc":1,"file":)"));
  EXPECT_THAT(lines[0], testing::HasSubstr("\"line\":" + std::to_string(here.line()) + ","));
  EXPECT_THAT(lines[0], testing::EndsWith(R"("k":"exit","th":1,"id":7,"loc":1)"));
  EXPECT_EQ(lines[1], R"("k":"exit","th":1,"id":7)");
}

TEST_F(DrainTest, GivesOnlyTasksAnOutcome) {
  static constexpr Metadata kTask{"runtime.spawn", "app", trace::Level::kTrace, {}};
  static constexpr Metadata kResource{"runtime.resource", "app", trace::Level::kTrace, {}};
  const auto one = lane();
  one->new_span(now_, 7, trace::kNoSpan, kTask, {});
  one->new_span(now_, 8, trace::kNoSpan, kResource, {});
  pass();
  collected_.take();
  one->close(now_, 7, Outcome::kCompleted);
  one->close(now_, 8, Outcome::kCompleted);
  one->close(now_, 9, Outcome::kPanicked);  // a task whose beginning was lost
  pass();
  EXPECT_THAT(collected_.take(), ElementsAre(R"("k":"close","th":1,"id":7,"outcome":"completed")",
                                             R"("k":"close","th":1,"id":8)",
                                             R"("k":"close","th":1,"id":9,"outcome":"panicked")"));
}

TEST_F(DrainTest, CutsLongTextAtAWholeCharacterAndMarksIt) {
  static constexpr Metadata kEvent{"", "app", trace::Level::kTrace, {}};
  static constexpr std::string_view kText[] = {"text"};
  Metadata metadata = kEvent;
  metadata.fields = kText;
  Lanes roomy(std::size_t{1} << 16);
  Collected collected;
  Drain drain(roomy, at(kStart), collected, "test", "tsc");
  const auto one = roomy.make(0, "worker");
  const std::string fits(kMaxTextBytes, 'x');
  const std::string too_long = fits + "y";
  std::string wide(kMaxTextBytes - 4, 'x');  // the mark would cut the first of these in two
  wide += "\xf0\x9f\xa6\x80\xf0\x9f\xa6\x80";
  for (const std::string& text : {fits, too_long, wide}) {
    const Value values[] = {Value(text)};
    one->event(kStart, trace::kNoSpan, metadata, values);
  }
  drain.finish(at(kStart + 1));
  const auto lines = collected.take();
  ASSERT_EQ(lines.size(), 6u);
  const auto event = [](const std::string& text) {
    return R"("k":"event","th":1,"target":"app","fields":{"text":")" + text + "\"}";
  };
  EXPECT_EQ(lines[2], event(fits));
  EXPECT_EQ(lines[3], event(std::string(kMaxTextBytes - 3, 'x') + "…"));
  EXPECT_EQ(lines[4], event(std::string(kMaxTextBytes - 4, 'x') + "…"));
}

// Former bug: an event larger than an eighth of its ring was lost, also with when-full=block.
TEST_F(DrainTest, CutsTheTextsOfAnEventThatIsLargeForItsRing) {
  static constexpr std::array<std::string_view, 81> kNames{"first", "second", "third"};
  static constexpr Metadata kThree{"", "app", trace::Level::kTrace, {kNames.data(), 3}};
  static constexpr Metadata kMany{"", "app", trace::Level::kTrace, kNames};
  Lanes small(std::size_t{64} << 10);  // the smallest that can be asked for
  Collected collected;
  Drain drain(small, at(kStart), collected, "test", "tsc");
  const auto one = small.make(0, "worker");
  const std::string text(kMaxTextBytes, 'x');
  const Value three[] = {Value(text), Value("short"), Value(text)};
  one->event(kStart, trace::kNoSpan, kThree, three);
  one->new_span(kStart, 7, trace::kNoSpan, kThree, three);
  const std::vector<Value> many(kNames.size(), Value(text));  // as many as ARI_INFO takes
  one->event(kStart, trace::kNoSpan, kMany, many);
  drain.finish(at(kStart + 1));
  EXPECT_EQ(one->lost(), 0U);
  const auto lines = collected.take();
  ASSERT_EQ(lines.size(), 6u);
  const std::string cut(2048 - 3, 'x');
  const std::string fields =
      R"("fields":{"first":")" + cut + R"(…","second":"short","third":")" + cut + R"(…"})";
  EXPECT_EQ(lines[2], R"("k":"event","th":1,"target":"app",)" + fields);
  EXPECT_EQ(lines[3], R"("k":"new","th":1,"id":7,"name":"","target":"app",)" + fields);
  EXPECT_THAT(lines[4], testing::HasSubstr(R"("first":")" + std::string(64 - 3, 'x') + "…\""));
}

TEST_F(DrainTest, SaysHowManyEventsAFullRingLostAndWhere) {
  const auto one = lane();
  constexpr std::size_t kEnterBytes = 24;
  constexpr std::size_t kFit = (kRingBytes - kForClosesOnly) / kEnterBytes;
  for (std::size_t i = 0; i < kFit + 30; ++i) one->enter(now_, 7, EnterReason::kPoll);
  pass();
  EXPECT_THAT(collected_.take(), testing::AllOf(testing::SizeIs(testing::Ge(kFit - 1)),
                                                testing::Each(R"("k":"enter","th":1,"id":7)")));
  const std::uint64_t lost = one->lost();
  EXPECT_GE(lost, 30u);
  one->enter(now_, 8, EnterReason::kPoll);
  pass();
  EXPECT_THAT(collected_.take(),
              ElementsAre("\"k\":\"lost\",\"th\":1,\"events\":" + std::to_string(lost),
                          R"("k":"enter","th":1,"id":8)"));
}

TEST_F(DrainTest, TellsTheEndOfASpanAlsoWhereAllElseIsLost) {
  const auto one = lane();
  while (one->lost() < 2) one->enter(now_, 7, EnterReason::kPoll);
  one->close(now_, 7, Outcome::kCancelled);
  one->close(now_, 8, Outcome::kCompleted);
  one->exit(now_, 9, {});
  one->close(now_, 9, Outcome::kCompleted);
  one->exit(now_, 10, {});
  pass();
  one->enter(now_, 11, EnterReason::kPoll);
  pass();
  auto lines = collected_.take();
  lines.erase(lines.begin(), std::find_if(lines.begin(), lines.end(), [](const std::string& line) {
                return line.find("\"enter\"") == line.npos;
              }));
  EXPECT_THAT(lines, ElementsAre(R"("k":"lost","th":1,"events":2)",
                                 R"("k":"close","th":1,"id":7,"outcome":"cancelled")",
                                 R"("k":"close","th":1,"id":8)", R"("k":"lost","th":1,"events":1)",
                                 R"("k":"close","th":1,"id":9)", R"("k":"lost","th":1,"events":1)",
                                 R"("k":"enter","th":1,"id":11)"));
}

TEST_F(DrainTest, KeepsNoRoomForTheEndOfASpanThatItDidNotTellOf) {
  static constexpr Metadata kPlain{"span", "app", trace::Level::kTrace, {}};
  const auto one = lane(), other = lane();
  while (one->lost() < 2) one->enter(now_, 7, EnterReason::kPoll);
  one->new_span(now_, 8, trace::kNoSpan, kPlain, {});
  one->close(now_, 8, Outcome::kCompleted);
  one->new_span(now_, 9, trace::kNoSpan, kPlain, {});
  EXPECT_EQ(one->lost(), 5u);
  while (other->lost() < 1) other->enter(now_, 7, EnterReason::kPoll);
  other->close(now_, 9, Outcome::kCompleted);
  EXPECT_EQ(other->lost(), 2u);
  EXPECT_EQ(one->lost_closes() + other->lost_closes(), 0u);
}

TEST_F(DrainTest, CountsTheEndsOfSpansApartWhereNoRoomIsLeftForThemEither) {
  const auto one = lane();
  while (one->lost() < 2) one->enter(now_, 7, EnterReason::kPoll);
  SpanId id = 100;
  const auto close_until_lost = [&](std::uint64_t closes) {
    while (one->lost_closes() < closes && id < 1000) one->close(now_, id++, Outcome::kCompleted);
  };
  close_until_lost(3);
  pass();
  one->enter(now_, 11, EnterReason::kPoll);
  close_until_lost(4);
  one->leave();
  pass();
  const auto lines = collected_.take();
  EXPECT_THAT(lines, testing::Contains(R"("k":"lost","th":1,"events":3,"closes":3)"));
  EXPECT_EQ(lines.back(), R"("k":"lost","th":1,"events":1,"closes":1)");
}

TEST_F(DrainTest, KnowsATaskThatIsHeardOfHoweverManyEndsAreLostMeanwhile) {
  static constexpr Metadata kTask{"runtime.spawn", "app", trace::Level::kTrace, {}};
  const auto one = lane();
  const auto lose_closes = [&](std::uint64_t closes) {
    const std::uint64_t until = one->lost_closes() + closes;
    while (one->lost() == 0) one->enter(now_, 1, EnterReason::kPoll);
    while (one->lost_closes() < until) one->close(now_, 100, Outcome::kCompleted);
    pass();
  };
  constexpr SpanId kEntered = 7, kLeft = 8, kWoken = 9, kForgotten = 10;
  for (const SpanId id : {kEntered, kLeft, kWoken, kForgotten}) {
    one->new_span(now_, id, trace::kNoSpan, kTask, {});
  }
  one->enter(now_, kLeft, EnterReason::kPoll);
  pass();
  for (int i = 0; i < 3; ++i) {
    lose_closes(5000);
    one->enter(now_, kEntered, EnterReason::kPoll);
    one->exit(now_, kLeft, {});
    one->waker(now_, trace::kNoSpan, WakerOp::kWake, kWoken);
    pass();
  }
  collected_.take();
  for (const SpanId id : {kEntered, kLeft, kWoken, kForgotten}) {
    one->close(now_, id, Outcome::kCompleted);
  }
  pass();
  EXPECT_THAT(collected_.take(), ElementsAre(R"("k":"close","th":1,"id":7,"outcome":"completed")",
                                             R"("k":"close","th":1,"id":8,"outcome":"completed")",
                                             R"("k":"close","th":1,"id":9,"outcome":"completed")",
                                             R"("k":"close","th":1,"id":10)"))
      << "the last was not heard of";
}

// Former bug: it went round in such a ring for ever, a line each time.
TEST_F(DrainTest, CountsWhatItCannotReadOfARingAndGoesOn) {
  const auto one = lane();
  const std::uint64_t before = one->ring().head().written;
  one->enter(now_, 2, EnterReason::kPoll);
  one->exit(now_, 2, {});
  pass();
  collected_.take();
  one->ring().head().written = before;  // as somebody who writes to the same ring would leave it
  pass();
  EXPECT_THAT(collected_.take(), ElementsAre(R"("k":"lost","th":1,"events":1)"));
  one->enter(now_, 3, EnterReason::kPoll);
  pass();
  EXPECT_FALSE(collected_.take().empty());
  one->enter(now_, 4, EnterReason::kPoll);
  pass();
  EXPECT_THAT(collected_.take(), ElementsAre(R"("k":"enter","th":1,"id":4)"));
}

TEST(DrainOfTheDead, TellsOfClosesWhatTheRingTells) {
  const int file = memfd_create("ring", 0);
  ASSERT_EQ(ftruncate(file, kRingHeadBytes + kRingBytes), 0);
  const auto ring_memory = [file] { return RingMemory::of_file(file, 0, kRingBytes, true); };
  Lanes alive(kRingBytes), lanes(kRingBytes);
  ring_memory().head().thread = 1;
  Lane lane(1, "died", ring_memory(), alive.doorbell(), alive.lost_spans());
  const auto lose_closes = [&] {
    const std::uint64_t before = lane.lost_closes(), lost = lane.lost();
    while (lane.lost() == lost) lane.enter(1, 7, EnterReason::kPoll);
    for (SpanId id = 100; id < 200; ++id) lane.close(1, id, Outcome::kCompleted);
    ASSERT_GT(lane.lost_closes(), before);
  };
  lose_closes();
  lane.ring().refresh();
  while (lane.ring().front() != nullptr) lane.ring().pop();
  const std::uint64_t told = lane.lost() - lane.lost_closes();
  lane.enter(1, 8, EnterReason::kPoll);
  lose_closes();

  lanes.add(Lane::of_the_dead(ring_memory(), told, lanes.doorbell(), lanes.lost_spans()));
  Collected collected;
  TimeLine time_line(at(kStart));
  Symbols symbols;
  Drain drain(lanes, time_line, collected, symbols);
  drain.drain_all();
  const auto lines = collected.take();
  ASSERT_GE(lines.size(), 4u);
  EXPECT_THAT(lines[1], testing::ContainsRegex(R"("k":"lost","th":1,"events":[0-9]+,"closes":)"));
  EXPECT_THAT(lines.back(), testing::ContainsRegex(R"("k":"lost","th":1,"events":[0-9]+$)"));
  close(file);
}

// Whatever is lost: of the spans whose `new` is in the log, all have their `close` there but as
// many as are said to be missing. Spans begin and end on any thread, more than the rings hold.
TEST_F(DrainTest, AccountsForTheEndOfEverySpanThatItToldOf) {
  const unsigned seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  static constexpr Metadata kPlain{"span", "app", trace::Level::kTrace, {}};
  std::vector<std::shared_ptr<Lane>> lanes;
  for (int i = 0; i < 3; ++i) lanes.push_back(lane());
  const auto any_lane = [&]() -> Lane& { return *lanes[random() % lanes.size()]; };
  std::vector<SpanId> alive;
  SpanId next_id = 1;
  std::uint64_t lost_closes = 0;
  std::set<SpanId> open;
  const auto read = [&] {
    for (const std::string& line : collected_.take()) {
      const std::size_t id = line.find("\"id\":");
      if (line.starts_with(R"("k":"new")")) open.insert(std::stoull(line.substr(id + 5)));
      if (line.starts_with(R"("k":"close")")) open.erase(std::stoull(line.substr(id + 5)));
      const std::size_t closes = line.find("\"closes\":");
      if (closes != line.npos) lost_closes += std::stoull(line.substr(closes + 9));
    }
  };
  for (int step = 0; step < 3000; ++step) {
    for (auto i = random() % 60; i > 0; --i) {
      any_lane().new_span(++now_, next_id, trace::kNoSpan, kPlain, {});
      alive.push_back(next_id++);
    }
    for (auto i = random() % 200; i > 0; --i) any_lane().enter(++now_, 1, EnterReason::kPoll);
    std::shuffle(alive.begin(), alive.end(), random);
    while (alive.size() > random() % 60) {
      any_lane().close(++now_, alive.back(), Outcome::kCompleted);
      alive.pop_back();
    }
    if (random() % 3 == 0) pass(), read();
  }
  for (const SpanId id : alive) lanes[0]->close(++now_, id, Outcome::kCompleted);
  drain_.finish(at(now_));
  read();
  EXPECT_LE(open.size(), lost_closes);
  // Of a span that lives very long it may be forgotten that its `new` was lost too.
  EXPECT_LE(lost_closes, open.size() + 20);
  EXPECT_GT(next_id, 50'000u);
  std::uint64_t lost = 0;
  for (const auto& lane : lanes) lost += lane->lost();
  EXPECT_GT(lost, 50'000u) << "the rings are too large for this test";
}

TEST_F(DrainTest, RecordsAgainOnlyOnceHalfTheRingIsFree) {
  const auto one = lane();
  while (one->lost() == 0) one->enter(now_, 7, EnterReason::kPoll);
  // A drain that gets only a quarter of the way.
  Ring& ring = one->ring();
  ring.refresh();
  while (ring.unread_bytes() > kRingBytes * 3 / 4) ring.pop();
  one->enter(now_, 7, EnterReason::kPoll);
  EXPECT_EQ(one->lost(), 2u);
  while (ring.unread_bytes() > kRingBytes / 4) ring.front(), ring.pop();
  one->enter(now_, 7, EnterReason::kPoll);
  EXPECT_EQ(one->lost(), 2u);
}

TEST_F(DrainTest, TellsTheRestOfTheLossWhenAThreadEndsAndAtTheEnd) {
  const auto ends = lane(), stays = lane();
  while (ends->lost() < 5) ends->enter(now_, 7, EnterReason::kPoll);
  while (stays->lost() < 3) stays->enter(now_, 7, EnterReason::kPoll);
  ends->leave();
  pass();
  EXPECT_EQ(collected_.take().back(), R"("k":"lost","th":1,"events":5)");
  lanes_.lose_one();  // of a thread that could get no lane
  drain_.finish(at(now_));
  const auto lines = collected_.take();
  ASSERT_EQ(lines.size(), 3u);
  EXPECT_EQ(lines[0], R"("k":"lost","th":2,"events":3)");
  EXPECT_EQ(lines[1], R"("k":"lost","events":1)");
  EXPECT_THAT(lines[2], testing::EndsWith(R"("lost":9)"));
}

TEST_F(DrainTest, KeepsTheLaneOfAnEndedThreadUntilItIsEmpty) {
  auto one = lane();
  const std::weak_ptr<Lane> watched = one;
  one->enter(now_ + kWindow, 7, EnterReason::kPoll);
  one->leave();
  one.reset();
  drain_.pass(at(now_ + kWindow));  // what is left is too young
  EXPECT_FALSE(watched.expired());
  EXPECT_THAT(collected_.take(), ElementsAre());
  now_ += 2 * kWindow;
  pass();
  EXPECT_TRUE(watched.expired());
  EXPECT_THAT(collected_.take(), ElementsAre(R"("k":"enter","th":1,"id":7)"));
}

TEST_F(DrainTest, FinishesWithEverythingAndTheCount) {
  const auto one = lane();
  one->enter(now_, 7, EnterReason::kPoll);
  one->enter(now_ + 1'000'000, 8, EnterReason::kPoll);  // younger than the last anchor
  drain_.finish(at(now_ + 1));
  EXPECT_THAT(collected_.take(),
              ElementsAre(R"("k":"enter","th":1,"id":7)", R"("k":"enter","th":1,"id":8)",
                          R"("k":"end","events":3,"lost":0)"));
}

// Many lanes, random sizes, passes at random moments: all events come, in time order.
// Former bug: of a program that was killed while its tasks waited the log ended where they began.
TEST_F(DrainTest, TellsNowAndThenThatTheProgramLives) {
  constexpr std::uint64_t kSecond = 1'000'000'000;
  const auto seconds_told = [this](std::uint64_t until) {
    std::vector<std::int64_t> told;
    const std::uint64_t since = now_;
    for (; now_ < since + until; now_ += kSecond / 10) drain_.pass(at(now_));
    for (const std::int64_t time : collected_.take_times()) {
      const auto after = static_cast<double>(time - static_cast<std::int64_t>(since));
      told.push_back(std::llround(after / kSecond));
    }
    return told;
  };
  EXPECT_THAT(seconds_told(10 * kSecond), IsEmpty()) << "nothing is recorded yet";
  const auto worker = lane();
  collected_.take_times();
  EXPECT_THAT(seconds_told(200 * kSecond), ElementsAre(1, 3, 7, 15, 31, 63, 123, 183));
  EXPECT_THAT(collected_.take(), testing::Each(R"("k":"alive")"));
  worker->exit(now_, 1, {});
  pass();
  collected_.take_times();
  EXPECT_THAT(seconds_told(5 * kSecond), ElementsAre(1, 3)) << "it was heard of meanwhile";
}

TEST_F(DrainTest, HandsOnEveryEventInTimeOrder) {
  const unsigned seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  static constexpr Metadata kPlain{"span", "app", trace::Level::kTrace, {}};
  std::vector<std::shared_ptr<Lane>> lanes;
  for (int i = 0; i < 9; ++i) lanes.push_back(lane());
  collected_.take_times();
  std::uint64_t recorded = 0;
  unsigned steps_to_pass = 0;
  for (int step = 0; step < 30'000; ++step) {
    now_ += 1 + random() % 3000;
    Lane& writer = *lanes[random() % lanes.size()];
    if (random() % 3 == 0) {
      writer.new_span(now_, ++recorded, 1, kPlain, {});
    } else {
      writer.enter(now_, ++recorded, EnterReason::kPoll);
    }
    if (steps_to_pass-- == 0) {
      drain_.pass(at(now_));
      steps_to_pass = random() % 150;
    }
  }
  drain_.finish(at(now_ + 1));
  const auto times = collected_.take_times();
  EXPECT_TRUE(std::is_sorted(times.begin(), times.end()));
  std::uint64_t next = 1;
  std::uint64_t lost = 0;
  for (const auto& lane : lanes) lost += lane->lost();
  ASSERT_EQ(lost, 0u) << "the rings are too small for this test";
  for (const std::string& line : collected_.take()) {
    const std::size_t id = line.find("\"id\":");
    if (id == line.npos) continue;
    ASSERT_EQ(std::stoull(line.substr(id + 5)), next++) << line;
  }
  EXPECT_EQ(next, recorded + 1);
}

}  // namespace
}  // namespace ari::subscriber
