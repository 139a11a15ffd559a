#include "subscriber/session.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <simdjson.h>

#include <map>
#include <memory>
#include <random>
#include <thread>
#include <vector>

#include "subscriber/recorder.h"

namespace ari::subscriber {
namespace {

namespace dom = simdjson::dom;

// An output in memory, which can be told to fail.
class MemoryOutput final : public Output {
 public:
  explicit MemoryOutput(std::string& bytes, OutputError error = {})
      : bytes_(bytes), error_(std::move(error)) {}
  OutputError write(std::string_view lines) override {
    if (error_.empty()) bytes_.append(lines);
    return error_;
  }
  OutputError tick(std::uint64_t) override { return {}; }
  OutputError sync() override { return error_; }
  std::uint64_t bytes_out() const noexcept override { return bytes_.size(); }
  OutputError finish() override { return {}; }

 private:
  std::string& bytes_;
  OutputError error_;
};

std::unique_ptr<Sink> sink(std::string name, Writer writer, std::unique_ptr<Output> output,
                           std::vector<std::string>& complaints) {
  return std::make_unique<Sink>(
      std::move(name), std::move(writer), std::move(output),
      [&complaints](std::string_view line) { complaints.emplace_back(line); });
}

constexpr std::string_view kFields[] = {"thread", "number"};
constexpr Metadata kEvent{"", "app", trace::Level::kInfo, kFields};

// Threads that record faster than the drain may be able to write, into small rings.
TEST(Session, WritesOrCountsEveryEventOfEveryThread) {
  constexpr int kThreads = 4;
  constexpr std::uint64_t kEvents = 30'000;
  std::string log;
  std::vector<std::string> complaints;
  {
    std::vector<std::unique_ptr<Sink>> sinks;
    sinks.push_back(sink("log", JsonlWriter(), std::make_unique<MemoryOutput>(log), complaints));
    Session session(std::move(sinks), "test", TickClock::best(), 1 << 16);
    std::vector<std::thread> threads;
    for (int thread = 0; thread < kThreads; ++thread) {
      threads.emplace_back([&session, thread] {
        for (std::uint64_t number = 0; number < kEvents; ++number) {
          const Value values[] = {Value(thread), Value(number)};
          session.subscriber().event(trace::kNoSpan, kEvent, values);
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
    session.stop();
  }
  EXPECT_THAT(complaints, testing::IsEmpty());

  std::uint64_t written = 0, lost = 0, end_events = 0, end_lost = 0;
  std::map<std::uint64_t, std::int64_t> last_number;  // by the log's thread number
  dom::parser parser;
  for (dom::element line : parser.parse_many(log)) {
    const std::string_view kind = line["k"];
    if (kind == "event") {
      ++written;
      const std::int64_t number = line["fields"]["number"];
      auto [last, is_first] = last_number.emplace(line["th"].get_uint64().value(), -1);
      ASSERT_GT(number, last->second) << "out of order on thread " << last->first;
      last->second = number;
    } else if (kind == "lost") {
      lost += line["events"].get_uint64().value();
    } else if (kind == "end") {
      end_events = line["events"];
      end_lost = line["lost"];
    }
  }
  EXPECT_EQ(last_number.size(), std::size_t{kThreads});
  EXPECT_EQ(written + lost, kThreads * kEvents);
  EXPECT_EQ(end_events, written);
  EXPECT_EQ(end_lost, lost);
}

TEST(Session, RecordsThreadsThatComeAndGo) {
  constexpr std::uint64_t kThreads = 200;
  std::string log;
  std::vector<std::string> complaints;
  std::vector<std::unique_ptr<Sink>> sinks;
  sinks.push_back(sink("log", JsonlWriter(), std::make_unique<MemoryOutput>(log), complaints));
  Session session(std::move(sinks), "test", TickClock::monotonic(), 4096);
  for (std::uint64_t i = 1; i <= kThreads; ++i) {
    std::thread([&session, i] { session.subscriber().enter(i, trace::EnterReason::kPoll); }).join();
  }
  session.stop();
  std::uint64_t next = 1;
  dom::parser parser;
  for (dom::element line : parser.parse_many(log)) {
    if (std::string_view(line["k"]) != "enter") continue;
    EXPECT_EQ(line["id"].get_uint64().value(), next);
    EXPECT_EQ(line["th"].get_uint64().value(), next);
    ++next;
  }
  EXPECT_EQ(next, kThreads + 1);
}

// Records on the way out of a thread, when what init() attached to it may be gone already.
struct RecordsWhenDestroyed {
  trace::Subscriber* subscriber = nullptr;
  ~RecordsWhenDestroyed() {
    if (subscriber != nullptr) subscriber->close(1, trace::Outcome::kCompleted);
  }
};
thread_local RecordsWhenDestroyed t_last_words;

TEST(Session, HearsWhatAThreadLocalSaysInItsDestructor) {
  std::string log;
  std::vector<std::string> complaints;
  std::vector<std::unique_ptr<Sink>> sinks;
  sinks.push_back(sink("log", JsonlWriter(), std::make_unique<MemoryOutput>(log), complaints));
  Session session(std::move(sinks), "test");
  std::thread([&session] {
    t_last_words.subscriber = &session.subscriber();  // first made, hence last destroyed
    session.subscriber().enter(1, trace::EnterReason::kPoll);
  }).join();
  session.stop();
  EXPECT_THAT(log, testing::HasSubstr(R"("k":"enter","th":1,"id":1})"));
  EXPECT_THAT(log, testing::HasSubstr(R"("k":"close","th":1,"id":1})"));
  EXPECT_THAT(log, testing::HasSubstr(R"("k":"end","events":2,"lost":0})"));
}

TEST(Session, KeepsOneLaneForAThreadUntilItsThreadLocalsAreDestroyed) {
  Lanes lanes(4096);
  Recorder recorder(TickClock::monotonic(), lanes);
  std::thread([&recorder] {
    t_last_words.subscriber = &recorder;
    recorder.enter(1, trace::EnterReason::kPoll);
  }).join();
  std::vector<std::shared_ptr<Lane>> made;
  lanes.take_new(made);
  ASSERT_EQ(made.size(), 1U);
  EXPECT_TRUE(made.front()->has_left());
}

TEST(Session, GoesOnWithTheOtherLogsWhenOneFails) {
  std::string good, bad;
  std::vector<std::string> complaints;
  std::vector<std::unique_ptr<Sink>> sinks;
  sinks.push_back(sink("full.jsonl", JsonlWriter(),
                       std::make_unique<MemoryOutput>(bad, "No space left on device"), complaints));
  sinks.push_back(
      sink("run.jsonl", JsonlWriter(), std::make_unique<MemoryOutput>(good), complaints));
  {
    Session session(std::move(sinks), "test");
    session.subscriber().enter(1, trace::EnterReason::kPoll);
  }
  EXPECT_THAT(complaints,
              testing::ElementsAre(
                  R"(cannot write "full.jsonl": No space left on device; this log ends here)"));
  EXPECT_EQ(bad, "");
  EXPECT_THAT(good, testing::HasSubstr(R"("k":"end","events":1,"lost":0})"));
}

}  // namespace
}  // namespace ari::subscriber
