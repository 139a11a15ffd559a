#include "replay/report/diff_view.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "replay/report/display_width.h"
#include "tests/replay/report/json_test.h"
#include "tests/support/golden.h"
#include "tests/support/run.h"

namespace ari::replay {
namespace {

using subscriber::ColourDepth;
using testing::HasSubstr;
using testing::Not;

std::vector<std::int64_t> spread(std::size_t count, std::int64_t from) {
  std::vector<std::int64_t> out;
  for (std::size_t i = 0; i < count; ++i) {
    out.push_back(from + static_cast<std::int64_t>(i) * from / 100);
  }
  return out;
}

KindSamples samples(std::size_t polls, std::int64_t busy_ns, std::int64_t scheduled_ns,
                    std::int64_t wakes) {
  return {"",
          20,
          polls,
          5'000'000'000,
          spread(polls, busy_ns),
          spread(polls, scheduled_ns),
          std::vector<std::int64_t>(20, wakes)};
}

// Every verdict, kinds that only one log has, and a name that would drive a terminal.
Compared example() {
  const TaskKind worker{"src/main.rs", 6, 37, "worker", "task"},
      reader{"src/main.rs", 9, 5, "", "task"}, rare{"src/main.rs", 12, 5, "rare", "local"},
      evil{"src/main.rs", 20, 5, "ev\x1b[31mil", "task"}, gone{"src/old.rs", 3, 5, "gone", ""},
      fresh{"", 0, 0, "", "blocking"};
  KindTable a, b;
  a[worker] = samples(200, 12'300, 1'000, 3);
  b[worker] = samples(200, 18'500, 1'020, 40);
  a[reader] = samples(40, 1'000'000, 30'000'000, 0);
  b[reader] = samples(60, 200'000, 600'000'000, 0);
  a[rare] = b[rare] = samples(4, 100, 200, 1);
  a[evil] = samples(11, 1'000, 2'000, 1);
  b[evil] = samples(11, 1'120, 2'000, 1);
  b[evil].scheduled_ns.clear();
  a[gone] = b[fresh] = samples(1, 1, 1, 0);
  for (KindTable* table : {&a, &b}) {
    for (auto& [kind, of_kind] : *table) of_kind.name = kind.name;
  }
  Compared compared;
  for (Coverage* c : {&compared.a, &compared.b}) {
    c->format = "ari JSONL";
    c->events = 1234;
    c->facts.nanoseconds = c->facts.locations = true;
  }
  compared.a.path = "before.jsonl";
  compared.b.path = "-";
  compared.b.events_lost = 7;
  compared.comparison = compare(a, b, compared.rules);
  return compared;
}

std::string text(const Compared& compared, std::size_t width,
                 ColourDepth depth = ColourDepth::kNone) {
  std::string out;
  diff_text(compared, false, {Paint(depth), width}, out);
  return out;
}

TEST(DiffText, LooksLikeThis) {
  test::expect_golden("report/diff-80.txt", text(example(), 80));
  test::expect_golden("report/diff-80.ansi", text(example(), 80, ColourDepth::k24Bit));
}

TEST(DiffText, FitsAndNeverDrivesTheTerminal) {
  for (std::size_t width = 60; width <= 200; width += 20) {
    const std::string out = text(example(), width);
    EXPECT_EQ(out.find('\x1b'), std::string::npos);
    for (const std::string& line : test::lines_of(out)) {
      EXPECT_LE(display_width(line), width) << line;
    }
  }
}

TEST(DiffText, TellsWhatTheLogsCannot) {
  Compared compared = example();
  EXPECT_THAT(text(compared, 200), Not(HasSubstr("not both logs tell")));
  compared.by_location = false;
  EXPECT_THAT(text(compared, 200), HasSubstr("! not both logs tell where tasks were spawned"));
  compared.a.facts.polls = false;
  EXPECT_THAT(text(compared, 200), HasSubstr("! no span is entered in the log"));
  compared.rules.resolution_ns = 1000;
  EXPECT_THAT(text(compared, 200), HasSubstr("differ by 1µs or less count as equal"));
  compared.comparison = {};
  EXPECT_THAT(text(compared, 200), HasSubstr("nothing is judged"));
}

Measure waited(std::int64_t a_ns, std::int64_t b_ns, Change change) {
  return {{20, a_ns, a_ns, static_cast<double>(a_ns)},
          {20, b_ns, b_ns, static_cast<double>(b_ns)},
          change,
          0.01};
}

TEST(DiffText, TellsWhatIsWaitedInForLongerAndWhere) {
  Compared compared = example();
  compared.comparison.waits = {
      {{"Mutex::lock", "Mutex", "src/main.rs", 3, 5}, waited(1'000'000, 5'000'000, Change::kMore)},
      {{"Sleep::new_timeout", "Sleep", "src/main.rs", 9, 5},
       waited(1'000'000, 1'000'000, Change::kWithin)}};
  const std::string out = text(compared, 80);
  EXPECT_THAT(out, HasSubstr("Mutex::lock  at src/main.rs:3:5\n"));
  EXPECT_THAT(out, HasSubstr("waits longer (p = 0.010)"));
  EXPECT_THAT(out, Not(HasSubstr("Sleep::new_timeout")));
  EXPECT_THAT(out, HasSubstr("1 wait is no longer or shorter, or too few to tell"));
  std::string all;
  diff_text(compared, true, {Paint(ColourDepth::kNone), 80}, all);
  EXPECT_THAT(all, HasSubstr("Sleep::new_timeout  at src/main.rs:9:5\n"));
  std::string json;
  diff_json(compared, json);
  EXPECT_THAT(json, HasSubstr(R"({"source":"Mutex::lock","concrete_type":"Mutex",)"
                              R"("location":"src/main.rs:3:5","waited":{"a":)"));
  compared.by_waits = false;
  compared.comparison.waits.clear();
  EXPECT_THAT(text(compared, 80), HasSubstr("what tasks wait for is not compared"));
}

TEST(DiffText, LeavesOutOnlyKindsWithoutAVerdict) {
  Compared compared = example();
  std::vector<KindComparison>& kinds = compared.comparison.kinds;
  const KindComparison worse = kinds.front(), same = kinds.back();
  kinds.assign(30, worse);
  kinds.insert(kinds.end(), 7, same);
  const std::string out = text(compared, 80);
  EXPECT_THAT(out, HasSubstr("\n\n7 kinds without a verdict are left out; --all shows them\n"));
  std::string all;
  diff_text(compared, true, {Paint(ColourDepth::kNone), 80}, all);
  EXPECT_THAT(all, Not(HasSubstr("--all")));
  EXPECT_GT(all.size(), out.size());
}

TEST(DiffJson, LooksLikeThis) {
  std::string out;
  diff_json(example(), out);
  test::expect_golden("report/diff.json", out);
  simdjson::dom::parser parser;
  const auto document = parser.parse(out);
  EXPECT_EQ(std::uint64_t(document["regressions"]), 3u);
  EXPECT_EQ(std::uint64_t(document["improvements"]), 1u);
}

}  // namespace
}  // namespace ari::replay
