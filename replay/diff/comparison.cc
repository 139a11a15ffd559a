#include "replay/diff/comparison.h"

#include <algorithm>
#include <numeric>

#include "replay/diff/holm.h"
#include "replay/diff/rank_test.h"
#include "replay/model/distribution.h"
#include "replay/model/saturating.h"

namespace ari::replay {

namespace {

using List = std::vector<std::int64_t>;

// The most that may stand against `value` before the threshold is passed.
std::int64_t allowed(std::int64_t value, std::int64_t percent, std::int64_t step) {
  constexpr double kMax = 9e18;
  const double more = static_cast<double>(value) * static_cast<double>(percent) / 100;
  return saturating_add(value, std::max(step, static_cast<std::int64_t>(std::min(more, kMax))));
}

List allowed(List samples, std::int64_t percent, std::int64_t step) {
  for (std::int64_t& sample : samples) sample = allowed(sample, percent, step);
  return samples;  // still ascending: a larger one is allowed no less
}

Figures figures(const List& list) {
  Samples samples;
  for (const std::int64_t sample : list) samples.add(sample);
  // Exact ranks, whatever rules the durations themselves follow.
  const Distribution d = samples.summary(Semantics::kCorrected);
  Figures out{d.count, d.p50_ns, d.p99_ns, 0};
  if (!list.empty()) {
    out.mean = std::accumulate(list.begin(), list.end(), 0.0) / static_cast<double>(list.size());
  }
  return out;
}

// The measure with the bare probability of its test; what it comes to is judged later.
Measure measure(const List& a, const List& b, std::int64_t percent, std::int64_t step) {
  Measure out{figures(a), figures(b), Change::kNotTold, {}};
  if (a.empty() || b.empty()) return out;
  out.change = Change::kTooFew;
  if (std::min(a.size(), b.size()) < kFewestSamples) return out;
  const double more = rank_test(allowed(a, percent, step), b).p_greater;
  const double less = rank_test(allowed(b, percent, step), a).p_greater;
  out.p = std::min(1.0, 2 * std::min(more, less));
  const bool is_more = out.b.p50 > allowed(out.a.p50, percent, step);
  const bool is_less = out.a.p50 > allowed(out.b.p50, percent, step);
  // Median and ranks must agree on the direction too.
  if (is_more && more < less) {
    out.change = Change::kMore;
  } else if (is_less && less < more) {
    out.change = Change::kLess;
  } else {
    out.change = is_more || is_less ? Change::kUnclear : Change::kWithin;
  }
  return out;
}

KindComparison compare_kind(const TaskKind& kind, const KindSamples& a, const KindSamples& b,
                            const ComparisonRules& rules) {
  const auto between = [&](List KindSamples::*list, std::int64_t step) {
    return measure(a.*list, b.*list, rules.threshold_percent, step);
  };
  const std::string& name = a.tasks == 0                       ? b.name
                            : b.tasks == 0 || a.name == b.name ? a.name
                                                               : kind.name;
  return {kind,
          name,
          a.tasks,
          b.tasks,
          a.polls,
          b.polls,
          a.total_ns,
          b.total_ns,
          a.idle_ns,
          b.idle_ns,
          between(&KindSamples::busy_ns, rules.resolution_ns),
          between(&KindSamples::scheduled_ns, rules.resolution_ns),
          between(&KindSamples::wakes, 0)};
}

std::vector<Measure*> tested(Comparison& comparison) {
  std::vector<Measure*> out;
  const auto add = [&](Measure& m) {
    if (m.p) out.push_back(&m);
  };
  for (KindComparison& kind : comparison.kinds) {
    for (Measure* m : {&kind.busy, &kind.scheduled, &kind.wakes}) add(*m);
  }
  for (WaitComparison& wait : comparison.waits) add(wait.waited);
  return out;
}

// Regressions stand first, what only one log has last.
int place(const KindComparison& kind) {
  if (has(kind, Change::kMore)) return 0;
  if (has(kind, Change::kLess)) return 1;
  return kind.a_tasks > 0 && kind.b_tasks > 0 ? 2 : 3;
}

// Corrects the probabilities, and keeps only the verdicts that they support.
void judge(Comparison& comparison) {
  const std::vector<Measure*> measures = tested(comparison);
  std::vector<double> p;
  for (const Measure* m : measures) p.push_back(*m->p);
  p = holm(p);
  for (std::size_t i = 0; i < measures.size(); ++i) {
    Measure& m = *measures[i];
    m.p = p[i];
    const bool moved = m.change == Change::kMore || m.change == Change::kLess;
    if (moved && p[i] >= kChanceAccepted) m.change = Change::kUnclear;
    if (m.change == Change::kMore) ++comparison.regressions;
    if (m.change == Change::kLess) ++comparison.improvements;
  }
  comparison.tests = measures.size();
}

int place(const WaitComparison& wait) {
  const Change change = wait.waited.change;
  if (change == Change::kMore) return 0;
  if (change == Change::kLess) return 1;
  return change != Change::kNotTold ? 2 : 3;
}

// Calls `pair(key, of a, of b)` for each key of either table.
template <typename Table, typename Pair>
void for_both(const Table& a, const Table& b, Pair pair) {
  static const typename Table::mapped_type kNone;
  for (const auto& [key, samples] : a) {
    const auto other = b.find(key);
    pair(key, samples, other == b.end() ? kNone : other->second);
  }
  for (const auto& [key, samples] : b) {
    if (!a.contains(key)) pair(key, kNone, samples);
  }
}

}  // namespace

bool has(const KindComparison& kind, Change change) {
  return kind.busy.change == change || kind.scheduled.change == change ||
         kind.wakes.change == change;
}

Comparison compare(const LogSamples& a, const LogSamples& b, const ComparisonRules& rules) {
  Comparison out;
  for_both(a.kinds, b.kinds, [&](const TaskKind& kind, const auto& of_a, const auto& of_b) {
    out.kinds.push_back(compare_kind(kind, of_a, of_b, rules));
  });
  for_both(a.waits, b.waits, [&](const WaitPlace& where, const List& of_a, const List& of_b) {
    out.waits.push_back({where, measure(of_a, of_b, rules.threshold_percent, rules.resolution_ns)});
  });
  judge(out);
  std::sort(out.kinds.begin(), out.kinds.end(),
            [](const KindComparison& x, const KindComparison& y) {
              const int x_place = place(x), y_place = place(y);
              return x_place != y_place ? x_place < y_place : x.kind < y.kind;
            });
  std::stable_sort(
      out.waits.begin(), out.waits.end(),
      [](const WaitComparison& x, const WaitComparison& y) { return place(x) < place(y); });
  return out;
}

}  // namespace ari::replay
