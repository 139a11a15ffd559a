#include "replay/report/tasks_by_span.h"

#include <fmt/format.h>

#include <algorithm>

#include "replay/report/log_lines.h"
#include "replay/report/words.h"

namespace ari::replay {

TasksBySpan::TasksBySpan(const Model& model) : model_(model) {
  for (const Task& task : model.tasks) tasks_[task.span].push_back(&task);
  for (auto& [span, tasks] : tasks_) {
    std::stable_sort(tasks.begin(), tasks.end(),
                     [](const Task* a, const Task* b) { return a->first_line < b->first_line; });
  }
}

std::string TasksBySpan::label_at(SpanId span, LineNumber line) const {
  if (const auto found = tasks_.find(span); found != tasks_.end()) {
    for (auto task = found->second.rbegin(); task != found->second.rend(); ++task) {
      const LineNumber first = (*task)->first_line;
      if (first <= line && are_of_one_run(model_.coverage, first, line)) return task_label(**task);
    }
  }
  return fmt::format("[{}]", span);
}

}  // namespace ari::replay
