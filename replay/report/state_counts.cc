#include "replay/report/state_counts.h"

#include <fmt/format.h>

#include "replay/report/count_line.h"
#include "replay/report/told_task.h"
#include "replay/report/words.h"

namespace ari::replay {

StateCounts count_states(const Model& model) {
  StateCounts counts{};
  counts[static_cast<std::size_t>(State::kCompleted)] = model.forgotten.count;
  for (const Task& task : model.tasks) ++counts[static_cast<std::size_t>(task.state)];
  return counts;
}

std::string no_tasks_text(const Model& model) {
  const Coverage& coverage = model.coverage;
  if (model.task_count() > 0 || coverage.as_of_unix_ns) return {};
  constexpr std::string_view kNone = "0 tasks in the whole log";
  if (coverage.format == "ari JSONL") return std::string(kNone);
  return fmt::format(
      "{}: was the program built with --cfg tokio_unstable, and does RUST_LOG let "
      "tokio=trace,runtime=trace through?",
      kNone);
}

std::string no_polls_text(const Model& model) {
  if (model.task_count() == 0 || model.coverage.facts.polls) return {};
  return "no task is entered in the whole log: tracing_subscriber's fmt tells of polls with "
         ".with_span_events(FmtSpan::FULL)";
}

void append_no_tasks(const Model& model, const TextStyle& style, std::string& out) {
  const std::string text = no_tasks_text(model);
  if (!text.empty()) append_note("! " + text, style, out, Role::kWarning);
}

void append_state_counts(const Model& model, const TextStyle& style, std::string& out) {
  const StateCounts counts = count_states(model);
  std::vector<SignCount> signs;
  std::uint64_t untold = 0;
  for (const State state : kAllStates) {
    const std::uint64_t count = counts[static_cast<std::size_t>(state)];
    if (is_told(state, model.coverage)) {
      signs.push_back({sign(state), word(state), count});
    } else {
      untold += count;
    }
  }
  if (untold > 0) signs.push_back({"–", kStateUntold, untold});
  append_count_line(count_text(model.task_count(), "task", "tasks"), signs, model.semantics, style,
                    out);
  append_no_tasks(model, style, out);
}

}  // namespace ari::replay
