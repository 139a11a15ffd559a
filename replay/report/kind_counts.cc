#include "replay/report/kind_counts.h"

#include <algorithm>
#include <string_view>

namespace ari::replay {

namespace {

// There are a handful of kinds: a linear search beats a map and keeps the order.
void count(NamedCounts& counts, std::string_view name) {
  const auto found = std::find_if(counts.begin(), counts.end(),
                                  [&](const auto& entry) { return entry.first == name; });
  if (found == counts.end()) {
    counts.emplace_back(name, 1);
  } else {
    ++found->second;
  }
}

}  // namespace

NamedCounts count_kinds(const Model& model) {
  NamedCounts counts;
  for (const Task& task : model.tasks) {
    count(counts, task.kind.empty() ? std::string_view("unknown") : std::string_view(task.kind));
  }
  return counts;
}

NamedCounts count_outcomes(const Model& model) {
  NamedCounts counts;
  std::uint64_t unknown = 0;
  for (const Task& task : model.tasks) {
    if (task.outcome) {
      count(counts, subscriber::outcome_name(*task.outcome));
    } else if (task.state == State::kCompleted) {
      ++unknown;
    }
  }
  if (!counts.empty() && unknown > 0) counts.emplace_back("unknown", unknown);
  return counts;
}

}  // namespace ari::replay
