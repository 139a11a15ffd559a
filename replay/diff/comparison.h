// Comparison: two logs held against each other, task kind by task kind.
//
// Of each kind three things are judged: how long its polls took, how long it waited for
// each, and how often its tasks were woken; and apart from them, for each place and kind of async
// op, how long tasks waited in it. A verdict needs both: the median moved by more
// than the threshold, and the rank test says that this is no chance. The test is made
// against the other log's samples with the threshold already added, so that what it
// supports is "by more than 10%", not merely "more". Its probabilities are of both
// directions together, corrected for all tests of the comparison (holm.h).
//
// The samples are those of two runs: what made one run as a whole slower, such as a busy
// machine, looks like a regression of the program. Polls of one task also resemble each
// other more than the test supposes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "replay/diff/kind_samples.h"
#include "replay/diff/wait_samples.h"

namespace ari::replay {

// A verdict counts if its corrected probability of being chance is below this.
inline constexpr double kChanceAccepted = 0.05;

enum class Change : std::uint8_t {
  kNotTold,  // a side has no samples
  kTooFew,   // a side has fewer than kFewestSamples
  kWithin,   // the median moved by no more than the threshold
  kUnclear,  // it did, but that may be chance
  kMore,     // in B it is more: a regression
  kLess,     // in B it is less
};

// One log's samples summed up. In nanoseconds, or wakes; all 0 without samples.
struct Figures {
  std::uint64_t count = 0;
  std::int64_t p50 = 0, p99 = 0;  // nearest rank
  double mean = 0;
};

struct Measure {
  Figures a, b;
  Change change = Change::kNotTold;
  std::optional<double> p;  // corrected; only if tested
};

struct KindComparison {
  TaskKind kind;
  std::string name;  // in full if all tasks of both logs have the same, else as in `kind`
  // Of A and B; tasks = 0: it has none.
  std::uint64_t a_tasks = 0, b_tasks = 0;
  std::uint64_t a_polls = 0, b_polls = 0;
  std::int64_t a_total_ns = 0, b_total_ns = 0;
  std::int64_t a_idle_ns = 0, b_idle_ns = 0;  // not judged: what tasks wait for need not be theirs
  Measure busy, scheduled, wakes;
};

struct WaitComparison {
  WaitPlace place;
  Measure waited;
};

// Whether one of its measures is that.
bool has(const KindComparison& kind, Change change);

struct Comparison {
  std::vector<KindComparison> kinds;  // regressions first, what one log lacks last
  std::vector<WaitComparison> waits;  // likewise
  std::uint64_t tests = 0;
  std::uint64_t regressions = 0, improvements = 0;  // measures that are kMore, kLess
};

struct ComparisonRules {
  std::int64_t threshold_percent = 10;
  // The coarser of the two logs' clocks: durations that differ by no more are the same.
  std::int64_t resolution_ns = 1;
};

// What a log has to show.
struct LogSamples {
  LogSamples(KindTable of_kinds, WaitTable of_waits = {})
      : kinds(std::move(of_kinds)), waits(std::move(of_waits)) {}
  KindTable kinds;
  WaitTable waits;  // empty if it is not to count, or the log does not tell
};

Comparison compare(const LogSamples& a, const LogSamples& b, const ComparisonRules& rules);

}  // namespace ari::replay
