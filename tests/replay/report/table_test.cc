#include "replay/report/table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "replay/report/display_width.h"
#include "replay/report/shorten.h"

namespace ari::replay {
namespace {

using subscriber::ColourDepth;
using testing::ElementsAre;
using testing::IsEmpty;

const Paint kPlain(ColourDepth::kNone);

Table example_table() {
  Table table({{"Name", Align::kLeft, Column::kAlways, shorten_end, 5},
               {"Polls", Align::kRight, 10},
               {"Total", Align::kRight},
               {"Kind", Align::kLeft, 5}});
  table.add({{"connection"}, {"12"}, {"1.40s"}, {"task"}});
  table.add({{"µ"}, {"1,234"}, {"22.3µs"}, {""}});
  return table;
}

TEST(Table, AlignsByColumnsOnTheScreen) {
  std::string out;
  EXPECT_THAT(example_table().render(80, 0, kPlain, out), IsEmpty());
  EXPECT_EQ(out,
            "Name        Polls   Total  Kind\n"
            "connection     12   1.40s  task\n"
            "µ           1,234  22.3µs\n");
}

TEST(Table, ShrinksBeforeItLeavesOutAndSaysWhatItLeavesOut) {
  std::string out;
  EXPECT_THAT(example_table().render(26, 0, kPlain, out), IsEmpty());
  EXPECT_EQ(out,
            "Name   Polls   Total  Kind\n"
            "conn…     12   1.40s  task\n"
            "µ      1,234  22.3µs\n");
  out.clear();
  EXPECT_THAT(example_table().render(25, 0, kPlain, out), ElementsAre("Kind"));
  EXPECT_EQ(out,
            "Name        Polls   Total\n"  // what was taken away gives room to the rest
            "connection     12   1.40s\n"
            "µ           1,234  22.3µs\n");
  out.clear();
  EXPECT_THAT(example_table().render(15, 0, kPlain, out), ElementsAre("Kind", "Polls"));
}

TEST(Table, IsNeverWiderThanItMayBeAsLongAsSomethingCanGo) {
  for (std::size_t width = 13; width < 60; ++width) {
    std::string out;
    example_table().render(width, 0, kPlain, out);
    std::istringstream lines(out);
    for (std::string line; std::getline(lines, line);) {
      EXPECT_LE(display_width(line), width) << line;
      EXPECT_FALSE(line.ends_with(' ')) << line;
    }
  }
}

TEST(Table, LeavesOutColumnsThatSayNothingWithoutAWord) {
  Table table({{"A"}, {"B"}, {"C"}});
  table.add({{"1"}, {}, {"3"}});
  std::string out;
  EXPECT_THAT(table.render(80, 2, kPlain, out), IsEmpty());
  EXPECT_EQ(out, "  A  C\n  1  3\n");
}

TEST(Table, ColourDoesNotMoveAnything) {
  Table table({{"Name"}, {"Busy", Align::kRight}});
  table.add({{"ping", Role::kTask}, {"1ms", Role::kFigure}});
  std::string out;
  table.render(80, 0, Paint(ColourDepth::k16), out);
  EXPECT_EQ(out,
            "\x1b[1mName\x1b[0m  \x1b[1mBusy\x1b[0m\n"
            "\x1b[1;32mping\x1b[0m   \x1b[1m1ms\x1b[0m\n");
}

}  // namespace
}  // namespace ari::replay
