#include "subscriber/colour.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

namespace ari::subscriber {
namespace {

using Environment = std::map<std::string, const char*>;

Getenv reading(const Environment& environment) {
  return [environment](const char* name) -> const char* {
    const auto found = environment.find(name);
    return found == environment.end() ? nullptr : found->second;
  };
}

constexpr auto kNone = ColourDepth::kNone;
constexpr auto k16 = ColourDepth::k16;
constexpr auto k256 = ColourDepth::k256;
constexpr auto k24Bit = ColourDepth::k24Bit;
constexpr auto kAuto = ColourChoice::kAuto;
constexpr auto kAlways = ColourChoice::kAlways;
constexpr auto kNever = ColourChoice::kNever;

TEST(ColourDepth, FollowsChoiceThenEnvironmentThenTerminal) {
  struct Case {
    ColourChoice choice;
    bool is_terminal;
    Environment environment;
    ColourDepth want;
  };
  const Case kCases[] = {
      // A terminal gets what it can show, a pipe nothing.
      {kAuto, true, {{"TERM", "xterm"}}, k16},
      {kAuto, true, {{"TERM", "xterm-256color"}}, k256},
      {kAuto, true, {{"TERM", "xterm"}, {"COLORTERM", "truecolor"}}, k24Bit},
      {kAuto, true, {{"TERM", "xterm"}, {"COLORTERM", "24bit"}}, k24Bit},
      {kAuto, true, {{"TERM", "xterm"}, {"COLORTERM", "yes"}}, k16},
      {kAuto, false, {{"TERM", "xterm-256color"}, {"COLORTERM", "truecolor"}}, kNone},
      // Terminals that say they cannot, or say nothing.
      {kAuto, true, {{"TERM", "dumb"}, {"COLORTERM", "truecolor"}}, kNone},
      {kAuto, true, {{"TERM", ""}}, kNone},
      {kAuto, true, {}, kNone},
      {kAuto, true, {{"TERM", "xterm"}, {"CLICOLOR", "0"}}, kNone},
      {kAuto, true, {{"TERM", "xterm"}, {"CLICOLOR", "1"}}, k16},
      // NO_COLOR counts when it is not empty, and beats every other variable.
      {kAuto, true, {{"TERM", "xterm"}, {"NO_COLOR", "1"}}, kNone},
      {kAuto, true, {{"TERM", "xterm"}, {"NO_COLOR", "0"}}, kNone},
      {kAuto, true, {{"TERM", "xterm"}, {"NO_COLOR", ""}}, k16},
      {kAuto, true, {{"TERM", "xterm"}, {"NO_COLOR", "1"}, {"CLICOLOR_FORCE", "1"}}, kNone},
      // Forcing reaches pipes and dumb terminals; "0" does not force.
      {kAuto, false, {{"TERM", "xterm-256color"}, {"CLICOLOR_FORCE", "1"}}, k256},
      {kAuto, false, {{"FORCE_COLOR", "1"}, {"CLICOLOR", "0"}}, k16},
      {kAuto, false, {{"TERM", "dumb"}, {"FORCE_COLOR", "yes"}}, k16},
      {kAuto, false, {{"TERM", "xterm"}, {"CLICOLOR_FORCE", "0"}}, kNone},
      {kAuto, false, {{"TERM", "xterm"}, {"FORCE_COLOR", ""}}, kNone},
      // The flag beats all of it.
      {kAlways, false, {{"NO_COLOR", "1"}, {"TERM", "dumb"}}, k16},
      {kAlways, false, {{"COLORTERM", "truecolor"}}, k24Bit},
      {kNever, true, {{"TERM", "xterm"}, {"CLICOLOR_FORCE", "1"}}, kNone},
  };
  for (const Case& c : kCases) {
    std::string trace = c.is_terminal ? "terminal" : "pipe";
    for (const auto& [name, value] : c.environment) trace += " " + name + "=" + value;
    SCOPED_TRACE(trace);
    EXPECT_EQ(colour_depth(c.choice, c.is_terminal, reading(c.environment)), c.want);
  }
}

TEST(Palette, SaysNothingWithoutColour) {
  const Palette palette(ColourDepth::kNone);
  EXPECT_EQ(palette.begin(Hue::kSpawn), "");
  EXPECT_EQ(palette.begin(Hue::kSpawn, Weight::kBoldUnderlined), "");
  EXPECT_EQ(palette.dim(), "");
  EXPECT_EQ(palette.bright(), "");
  EXPECT_EQ(palette.reset(), "");
}

TEST(Palette, SpellsAHueForEachDepth) {
  EXPECT_EQ(Palette(k24Bit).begin(Hue::kSpawn), "\x1b[38;2;72;158;108m");
  EXPECT_EQ(Palette(k24Bit).begin(Hue::kSpawn, Weight::kBold), "\x1b[1;38;2;90;186;132m");
  EXPECT_EQ(Palette(k24Bit).begin(Hue::kSpawn, Weight::kBoldUnderlined),
            "\x1b[1;4;38;2;90;186;132m");
  EXPECT_EQ(Palette(k256).begin(Hue::kSpawn), "\x1b[38;5;71m");  // 95,175,95
  EXPECT_EQ(Palette(k256).begin(Hue::kSpawn, Weight::kBold), "\x1b[1;38;5;72m");
  EXPECT_EQ(Palette(k16).begin(Hue::kSpawn), "\x1b[32m");
  EXPECT_EQ(Palette(k16).begin(Hue::kSpawn, Weight::kBoldUnderlined), "\x1b[1;4;32m");
}

// What is in no kind of ours stays the terminal's white, also where there is more colour.
TEST(Palette, LeavesPlainTextToTheTerminal) {
  for (const ColourDepth depth : {k16, k256, k24Bit}) {
    EXPECT_EQ(Palette(depth).begin(Hue::kPlain), "\x1b[37m");
    EXPECT_EQ(Palette(depth).begin(Hue::kPlain, Weight::kBold), "\x1b[1;37m");
  }
}

TEST(Palette, ShowsNoTwoKindsAlike) {
  for (const ColourDepth depth : {k16, k256, k24Bit}) {
    const Palette palette(depth);
    std::set<std::string_view> seen;
    for (std::size_t hue = 0; hue < kHueCount; ++hue) {
      const auto sequence = palette.begin(static_cast<Hue>(hue));
      EXPECT_TRUE(seen.insert(sequence).second) << sequence.substr(1);
    }
  }
}

TEST(Hue, IsToldByNameAndTarget) {
  EXPECT_EQ(hue_of_span("runtime.spawn", "anything"), Hue::kSpawn);
  EXPECT_EQ(hue_of_span("task", "tokio::task"), Hue::kSpawn);  // Tokio before 1.11
  EXPECT_EQ(hue_of_span("task", "app"), Hue::kPlain);
  EXPECT_EQ(hue_of_span("runtime.resource", ""), Hue::kResource);
  EXPECT_EQ(hue_of_span("runtime.resource.async_op", ""), Hue::kAsyncOp);
  EXPECT_EQ(hue_of_span("runtime.resource.async_op.poll", ""), Hue::kAsyncOpPoll);
  EXPECT_EQ(hue_of_event("runtime::waker"), Hue::kWaker);
  EXPECT_EQ(hue_of_event("tokio::task::waker"), Hue::kWaker);
  EXPECT_EQ(hue_of_event("runtime::resource::poll_op"), Hue::kPollOp);
  EXPECT_EQ(hue_of_event("runtime::resource::state_update"), Hue::kResourceState);
  EXPECT_EQ(hue_of_event("runtime::resource::async_op::state_update"), Hue::kAsyncOpState);
  EXPECT_EQ(hue_of_event("app"), Hue::kPlain);
}

}  // namespace
}  // namespace ari::subscriber
