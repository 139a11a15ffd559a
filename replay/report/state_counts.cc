#include "replay/report/state_counts.h"

#include "replay/report/count_line.h"
#include "replay/report/words.h"

namespace ari::replay {

StateCounts count_states(const Model& model) {
  StateCounts counts{};
  counts[static_cast<std::size_t>(State::kCompleted)] = model.forgotten.count;
  for (const Task& task : model.tasks) ++counts[static_cast<std::size_t>(task.state)];
  return counts;
}

void append_state_counts(const Model& model, const TextStyle& style, std::string& out) {
  const StateCounts counts = count_states(model);
  std::vector<SignCount> signs;
  for (const State state : kAllStates) {
    signs.push_back({sign(state), word(state), counts[static_cast<std::size_t>(state)]});
  }
  append_count_line(count_text(model.task_count(), "task", "tasks"), signs, model.semantics, style,
                    out);
}

}  // namespace ari::replay
