#include "replay/report/lint_groups.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <unordered_map>

#include "replay/input/line_number.h"
#include "replay/report/log_lines.h"
#include "replay/report/words.h"

namespace ari::replay {

namespace {

constexpr std::size_t kLabelsShown = 8;

// What tasks of one group have in common. Of names the numbers are left out: worker-1 and
// worker-2 most likely come from one place.
std::string origin_of(const Task& task) {
  if (task.location) return location_text(*task.location);
  std::string out = task.kind + ' ' + task.name;
  std::erase_if(out, [](char c) { return c >= '0' && c <= '9'; });
  return out;
}

}  // namespace

std::vector<FindingGroup> group_findings(const Model& model, const Findings& findings) {
  std::vector<FindingGroup> groups;
  std::unordered_map<std::string, std::size_t> known;
  for (const Finding& finding : findings) {
    const std::string key = fmt::format("{} {} {}", finding.lint, status_name(finding.status),
                                        origin_of(model.tasks[finding.task]));
    const std::size_t index = known.try_emplace(key, groups.size()).first->second;
    if (index == groups.size()) groups.emplace_back();
    groups[index].push_back(&finding);
  }
  return groups;
}

std::vector<const Task*> tasks_of(const Model& model, const FindingGroup& group) {
  std::vector<const Task*> tasks;
  for (const Finding* finding : group) {
    // A task's findings of one lint stand side by side.
    const Task* task = &model.tasks[finding->task];
    if (tasks.empty() || tasks.back() != task) tasks.push_back(task);
  }
  return tasks;
}

const Finding& spokesman(const FindingGroup& group) {
  return **std::max_element(group.begin(), group.end(), [](const Finding* a, const Finding* b) {
    return a->figure < b->figure;
  });
}

std::string whose_text(const Model& model, const FindingGroup& group) {
  const Finding& chosen = spokesman(group);
  const bool all_say_so = std::all_of(
      group.begin(), group.end(), [&](const Finding* f) { return f->message == chosen.message; });
  if (all_say_so) return {};
  // Where nothing tells which is worse the first was chosen.
  const bool is_worst = chosen.figure > 0;
  return fmt::format("{}, the {}: ", task_label(model.tasks[chosen.task]),
                     is_worst ? "worst" : "first");
}

std::string labels_text(const std::vector<const Task*>& tasks) {
  const bool many = tasks.size() > kLabelsShown + 1;  // "and 1 more" is no shorter
  const std::size_t shown = many ? kLabelsShown : tasks.size();
  std::string out;
  for (std::size_t i = 0; i < shown; ++i) {
    if (i > 0) out += ", ";
    out += task_label(*tasks[i]);
  }
  if (many) out += fmt::format(" and {} more", count_text(tasks.size() - shown));
  return out;
}

std::string lines_text(const Coverage& coverage, const Finding& finding) {
  const LineNumber first = finding.first_line, last = finding.last_line;
  std::string out = log_name(coverage, first);
  if (first == 0) return out;
  out += fmt::format(":{}", line_in_file(first));
  if (last <= first) return out;
  if (file_of_line(first) != file_of_line(last)) return out + '-' + line_text(coverage, last);
  return out + fmt::format("-{}", line_in_file(last));
}

}  // namespace ari::replay
