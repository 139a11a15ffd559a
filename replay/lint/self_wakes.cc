#include <fmt/format.h>

#include "replay/lint/lints.h"

namespace ari::replay {

namespace {

constexpr std::uint64_t kLimitPercent = 50;  // tokio-console's; exactly half is fine
// One wake by itself is all of one wake. tokio-console reports that too, so only the
// corrected semantics ask for more.
constexpr std::uint64_t kFewestWakes = 5;

// tokio-console cuts the percentage to a whole number first, so that 50.9 % pass.
bool is_most(const Task& task, Semantics semantics) {
  const std::uint64_t hundredfold = task.self_wakes * 100;
  if (semantics == Semantics::kConsole) return hundredfold / task.wakes > kLimitPercent;
  return hundredfold > kLimitPercent * task.wakes;
}

}  // namespace

void check_self_wakes(const Model& model, Findings& findings) {
  for (std::size_t i = 0; i < model.tasks.size(); ++i) {
    const Task& task = model.tasks[i];
    if (is_exempt(task) || task.wakes == 0) continue;
    if (model.semantics == Semantics::kCorrected && task.wakes < kFewestWakes) continue;
    const std::uint64_t percent = task.self_wakes * 100 / task.wakes;
    if (!is_most(task, model.semantics)) continue;
    findings.push_back({"self-wakes", Status::kDefinite, i,
                        fmt::format("woke itself {} times, {}% of its {} wakes (limit {}%)",
                                    task.self_wakes, percent, task.wakes, kLimitPercent),
                        task.first_line, task.last_line});
  }
}

}  // namespace ari::replay
