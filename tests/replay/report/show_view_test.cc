#include "replay/report/show_view.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "replay/input/log.h"
#include "tests/support/run.h"

namespace ari::replay {
namespace {

using subscriber::Field;
using subscriber::Record;
using subscriber::RecordKind;
using subscriber::Value;
using testing::ElementsAre;

constexpr std::int64_t kApartNs = 1'000'000'000;

// A small run, a second from line to line:
//   1 new 1 task "ping"            5 enter 2
//   2 new 2 resource, inside 1     6 state update, inside 2
//   3 new 3 task "pong"            7 waker.wake of 1, inside 3
//   4 enter 1                      8 close 1
//                                  9 waker.drop of 1, inside nothing
class SmallRun {
 public:
  void play(ShowView& view) {
    const Field ping[] = {{"task.name", Value::display("ping")}, {"task.id", Value(21u)}};
    const Field pong[] = {{"task.name", Value::display("pong")}, {"task.id", Value(22u)}};
    const Field update[] = {{"permits", Value(1u)}};
    add(view, {.kind = RecordKind::kNew, .span = 1, .name = "runtime.spawn", .fields = ping});
    add(view, {.kind = RecordKind::kNew, .span = 2, .parent = 1, .name = "runtime.resource"});
    add(view, {.kind = RecordKind::kNew, .span = 3, .name = "runtime.spawn", .fields = pong});
    add(view, {.kind = RecordKind::kEnter, .span = 1});
    add(view, {.kind = RecordKind::kEnter, .span = 2});
    add(view, {.kind = RecordKind::kEvent,
               .span = 2,
               .target = "runtime::resource::state_update",
               .fields = update});
    add(view, waker(3, trace::WakerOp::kWake));
    add(view, {.kind = RecordKind::kClose, .span = 1});
    add(view, waker(0, trace::WakerOp::kDrop));
  }

 private:
  static Record waker(SpanId in, trace::WakerOp op) {
    return {
        .kind = RecordKind::kWaker, .span = in, .target = "runtime::waker", .op = op, .task = 1};
  }

  void add(ShowView& view, Record record) {
    record.at_unix_ns = static_cast<std::int64_t>(number_) * kApartNs;
    view.record(record, {.number = ++number_, .text = {}});
  }

  std::uint64_t number_ = 0;
};

std::string shown(ShowOptions options) {
  std::string out;
  ShowView view(std::move(options), [&](std::string& text) { out += text; });
  SmallRun().play(view);
  view.finish();
  return out;
}

// The numbers of the lines of SmallRun that are shown, told by their seconds.
std::vector<int> lines_shown(ShowOptions options) {
  std::vector<int> numbers;
  for (const std::string& line : test::lines_of(shown(std::move(options)))) {
    numbers.push_back(line == "--" ? -1 : std::stoi(line.substr(17, 2)) + 1);
  }
  return numbers;
}

TaskSelector task(const char* text) { return parse_task_selector(text).value(); }
EventKinds kind(std::string_view name) {
  for (const auto& [known, bit] : subscriber::event_kind_names()) {
    if (known == name) return bit;
  }
  ADD_FAILURE() << name;
  return 0;
}

TEST(Show, WithoutConditionsShowsEverything) {
  EXPECT_THAT(lines_shown({}), ElementsAre(1, 2, 3, 4, 5, 6, 7, 8, 9));
}

TEST(Show, OfASpanShowsWhatIsAboutItAndInsideIt) {
  EXPECT_THAT(lines_shown({.conditions = {.spans = {2}}}), ElementsAre(2, 5, 6));
  EXPECT_THAT(lines_shown({.conditions = {.spans = {1}}}), ElementsAre(1, 2, 4, 5, 6, 7, 8, 9));
  EXPECT_THAT(lines_shown({.conditions = {.spans = {2, 3}}}), ElementsAre(2, 3, 5, 6, 7));
}

TEST(Show, OfATaskShowsItsWakersEvenAfterItsEnd) {
  for (const char* id : {"ping", "1", "task.id=21", "line=1"}) {
    EXPECT_THAT(lines_shown({.conditions = {.tasks = {task(id)}}}),
                ElementsAre(1, 2, 4, 5, 6, 7, 8, 9))
        << id;
  }
  // What "pong" does to the waker of "ping" happens inside "pong" as well.
  EXPECT_THAT(lines_shown({.conditions = {.tasks = {task("pong")}}}), ElementsAre(3, 7));
}

TEST(Show, OfAKindShowsLinesOfThatColour) {
  EXPECT_THAT(lines_shown({.conditions = {.kinds = kind("spawn")}}), ElementsAre(1, 3, 4, 8));
  EXPECT_THAT(lines_shown({.conditions = {.kinds = kind("resource") | kind("resource-state")}}),
              ElementsAre(2, 5, 6));
  EXPECT_THAT(lines_shown({.conditions = {.kinds = kind("waker")}}), ElementsAre(7, 9));
}

TEST(Show, OfASpanOfTimeIncludesBothEnds) {
  const auto from = parse_time_bound("2s").value();
  const auto to = parse_time_bound("1970-01-01T00:00:04Z").value();
  EXPECT_THAT(lines_shown({.conditions = {.from = from, .to = to}}), ElementsAre(3, 4, 5));
}

TEST(Show, ConditionsNarrowEachOther) {
  EXPECT_THAT(lines_shown({.conditions = {.tasks = {task("ping")}, .kinds = kind("waker")},
                           .grep = {"wake\""}}),
              ElementsAre(7));
}

TEST(Show, GrepsTheLineAsItIsPrintedWithoutColour) {
  EXPECT_THAT(lines_shown({.grep = {R"(task\.name=ping.*\} enter$)"},
                           .colour = subscriber::ColourDepth::k24Bit}),
              testing::SizeIs(2));
  EXPECT_THAT(lines_shown({.grep = {"waker", "close$"}}), ElementsAre(7, 8, 9));
}

TEST(Show, ContextIsShownOnceAndGapsAreMarked) {
  EXPECT_THAT(lines_shown({.grep = {"task.name=pong.* new", "close"}, .context = 1}),
              ElementsAre(2, 3, 4, -1, 7, 8, 9));
  EXPECT_THAT(lines_shown({.grep = {"task.name=pong.* new", "permits"}, .context = 1}),
              ElementsAre(2, 3, 4, 5, 6, 7));  // neighbours: no gap
}

TEST(Show, ASpanLeftOutIsStillNamedInTheLinesThatAreShown) {
  EXPECT_EQ(shown({.grep = {"permits"}}),
            "1970-01-01T00:00:05.000000Z TRACE "
            "runtime.spawn[1]{task.name=ping, task.id=21} runtime.resource[2]{} "
            "runtime::resource::state_update: permits=1\n");
}

TEST(Show, SaysIfNothingWasFound) {
  ShowView view({.grep = {"no such text"}}, [](std::string&) {});
  SmallRun().play(view);
  EXPECT_TRUE(view.found_nothing());
  ShowView everything({}, [](std::string&) {});
  EXPECT_FALSE(everything.found_nothing());  // nothing was asked for
}

TEST(Show, FlushesEachLineForSomeoneWhoIsWatching) {
  std::size_t writes = 0;
  ShowView view({.flush_each_line = true}, [&](std::string&) { ++writes; });
  SmallRun().play(view);
  EXPECT_EQ(writes, 9u);
}

// Every capture, plain and coloured: what the live stream printed comes back byte for byte.
TEST(Show, PrintsWhatTheStreamPrinted) {
  const auto show = [](const std::string& path, subscriber::ColourDepth depth) {
    std::string out;
    ShowView view({.colour = depth}, [&](std::string& text) { out += text; });
    const auto coverage = read_log(path, view);
    EXPECT_TRUE(coverage.has_value()) << path;
    view.finish();
    return out;
  };
  const auto contents = [](const std::string& path) {
    return path.ends_with(".zst") ? test::run("zstd -dcq " + path).out : test::read_file(path);
  };
  for (const std::string& folder : test::capture_folders()) {
    SCOPED_TRACE(folder);
    const std::string plain = test::capture_file(folder, "ari-subscriber.log");
    EXPECT_TRUE(show(plain, subscriber::ColourDepth::kNone) == contents(plain));
    const std::string coloured = test::capture_file(folder, "ari-subscriber-colour.log");
    if (coloured.empty()) continue;
    for (const std::string& log : {plain, coloured}) {
      EXPECT_TRUE(show(log, subscriber::ColourDepth::k24Bit) == contents(coloured)) << log;
      EXPECT_TRUE(show(log, subscriber::ColourDepth::kNone) == contents(plain)) << log;
    }
  }
}

// As ari JSONL a log is a log again: shown once more it is the same, byte for byte.
TEST(Show, AsJsonlIsALogThatShowsAsItself) {
  const auto as_jsonl = [](const std::string& path) {
    std::string out;
    ShowView view({.as_jsonl = true}, [&](std::string& text) { out += text; });
    EXPECT_TRUE(read_log(path, view).has_value()) << path;
    view.finish();
    return out;
  };
  for (const std::string& folder : test::capture_folders()) {
    for (const char* name : {"ari-subscriber.log", "console-record.jsonl"}) {
      const test::TempDir dir;
      const std::string path = dir.path() + "/run.jsonl";
      const std::string first = as_jsonl(test::capture_file(folder, name));
      std::ofstream(path) << first;
      EXPECT_TRUE(as_jsonl(path) == first) << folder << " " << name;
    }
  }
}

}  // namespace
}  // namespace ari::replay
