#include "replay/model/task_pairs.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>

namespace ari::replay {
namespace {

using Verdict = DestroyPairs::Verdict;

// What TaskPairs says of a task, in order: pairs that begin, that end, and what they were.
struct Told {
  TaskPairs pairs{0, /*spawned=*/true};
  std::string text;

  void settled(const TaskPair& pair) {
    text += fmt::format("{} {}-{}{} ", pairs.times().over() ? "destruction" : "poll",
                        pair.start_unix_ns, pair.end_unix_ns, pair.exit_lost ? " lost" : "");
  }
  void enter(const Moment& now, std::optional<bool> destroy) {
    const bool begins = pairs.enter(now, destroy, [&](const TaskPair& pair) { settled(pair); });
    if (begins) text += "( ";
  }
  void ended(bool ends) {
    if (!ends) return;
    text += ") ";
    if (pairs.undecided() == nullptr) settled(pairs.times().last_pair());
  }
};

// A life in short, of a step every 10 ns: 'e' enters, 'p' to poll and 'd' to destroy the task, as
// the log says; 'x' leaves it, '?' leaves that open; 'c' closes it.
std::string told(const std::string& life, Verdict verdict) {
  Told told;
  Task task;
  Moment now;
  for (const char step : life) {
    now.at_unix_ns += 10;
    if (step == 'e') told.enter(now, std::nullopt);
    if (step == 'p' || step == 'd') told.enter(now, step == 'd');
    if (step == 'x') told.ended(told.pairs.exit(now));
    if (step == '?') told.pairs.doubt_exit();
    if (step != 'c') continue;
    task.dropped_unix_ns = now.at_unix_ns;
    told.ended(told.pairs.close(now));
  }
  if (told.pairs.finish({now, verdict}, task)) told.settled(told.pairs.times().last_pair());
  return told.text;
}

struct Case {
  const char* life;
  const char* want;
  Verdict verdict = Verdict::kUnknown;
};

constexpr Case kCases[] = {
    // Held back until the next one begins, or the log ends.
    {"exex", "( ) poll 10-20 ( ) poll 30-40 ", Verdict::kNotMade},
    {"exex", "( ) poll 10-20 ( ) destruction 30-40 ", Verdict::kMade},
    {"exec", "( ) poll 10-20 ( ) destruction 30-40 ", Verdict::kMade},
    {"exe", "( ) poll 10-20 ( destruction 30-30 ", Verdict::kMade},  // cut in it
    {"exe", "( ) poll 10-20 ( ", Verdict::kNotMade},                 // goes on
    // Known when it ends.
    {"pxdx", "( ) poll 10-20 ( ) destruction 30-40 ", Verdict::kNotMade},
    {"pxpc", "( ) poll 10-20 ( ) poll 30-40 ", Verdict::kMade},
    {"pxd", "( ) poll 10-20 ( destruction 30-30 ", Verdict::kNotMade},
    // Enters within a pair, and after the destruction.
    {"pdxx", "( ) poll 10-40 "},
    {"dxpxec", "( ) destruction 10-20 "},
    // The exit was lost if an enter follows, of however many enters, and else not.
    {"p?px", "( poll 10-10 lost ( ) poll 30-40 "},
    {"pp?px", "( poll 10-10 lost ( ) poll 40-50 "},
    {"d?px", "( destruction 10-10 lost "},
    {"dxp?px", "( ) destruction 10-20 "},
    {"p?xpx", "( ) poll 10-30 ( ) poll 40-50 "},
    {"p?xppxx", "( ) poll 10-30 ( ) poll 40-70 "},
    // No enter is there.
    {"xpx", "( ) poll 20-30 "},
    {"c", ""},
};

TEST(TaskPairs, TellOfEachPairOnceAndInOrder) {
  for (const Case& c : kCases) {
    SCOPED_TRACE(c.life);
    EXPECT_EQ(told(c.life, c.verdict), c.want);
  }
}

}  // namespace
}  // namespace ari::replay
