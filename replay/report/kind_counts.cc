#include "replay/report/kind_counts.h"

#include <algorithm>
#include <map>
#include <utility>

namespace ari::replay {

namespace {

NamedCounts most_first(NamedCounts counts) {
  std::stable_sort(counts.begin(), counts.end(),
                   [](const auto& a, const auto& b) { return a.second > b.second; });
  return counts;
}

}  // namespace

NamedCounts count_kinds(const Model& model) {
  std::map<std::string, std::uint64_t, std::less<>> counts = model.forgotten.by_kind;
  for (const Task& task : model.tasks) ++counts[task.kind];
  if (const auto unknown = counts.extract(""); !unknown.empty()) {
    counts["unknown"] += unknown.mapped();
  }
  return most_first({counts.begin(), counts.end()});
}

NamedCounts count_outcomes(const Model& model) {
  std::map<std::optional<Outcome>, std::uint64_t> outcomes = model.forgotten.by_outcome;
  for (const Task& task : model.tasks) {
    if (task.outcome || task.state == State::kCompleted) ++outcomes[task.outcome];
  }
  const auto unknown = outcomes.extract(std::nullopt);
  NamedCounts out;
  for (const auto& [outcome, count] : outcomes) {
    out.emplace_back(subscriber::outcome_name(*outcome), count);
  }
  out = most_first(std::move(out));
  if (!out.empty() && !unknown.empty()) out.emplace_back("unknown", unknown.mapped());
  return out;
}

std::uint64_t count_blocked(const Model& model) {
  std::uint64_t times = model.forgotten.times_blocked;
  for (const Task& task : model.tasks) times += task.times_blocked;
  return times;
}

}  // namespace ari::replay
