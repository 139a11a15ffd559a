#include "replay/report/warnings.h"

#include <fmt/format.h>

#include <algorithm>

#include "replay/report/count_line.h"
#include "replay/report/words.h"

namespace ari::replay {

std::vector<std::vector<std::string_view>> warnings_by_task(const Model& model,
                                                            const std::vector<Finding>& findings) {
  std::vector<std::vector<std::string_view>> out(model.tasks.size());
  for (const Finding& finding : findings) {
    if (finding.status == Status::kRefuted) continue;
    const auto warn_of = [&](std::size_t task) {
      auto& names = out[task];
      if (std::find(names.begin(), names.end(), finding.lint) == names.end()) {
        names.push_back(finding.lint);
      }
    };
    warn_of(finding.task);
    for (const std::size_t task : finding.others) warn_of(task);
  }
  return out;
}

void append_warned(std::size_t tasks, const TextStyle& style, std::string& out) {
  append_note(fmt::format("! {}: see ari-replay lint",
                          count_text(tasks, "task with findings", "tasks with findings")),
              style, out);
}

}  // namespace ari::replay
