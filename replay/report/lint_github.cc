#include "replay/report/lint_github.h"

#include <fmt/format.h>

#include <string_view>

#include "replay/report/lint_groups.h"
#include "replay/report/lint_view.h"
#include "replay/report/words.h"

namespace ari::replay {

namespace {

// What would end the command's line, or begin something else in it, is written as %XX.
// Requires: no control characters are left in it.
std::string message_text(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '%') {
      out += "%25";
    } else {
      out += c;
    }
  }
  return out;
}

std::string property_text(std::string_view text) {
  std::string out;
  for (const char c : message_text(text)) {
    if (c == ':') {
      out += "%3A";
    } else if (c == ',') {
      out += "%2C";
    } else {
      out += c;
    }
  }
  return out;
}

std::string_view command_of(const Finding& finding, const LintSettings& settings) {
  if (is_denied(finding, settings)) return "error";
  return finding.status == Status::kRefuted ? "notice" : "warning";
}

std::string properties(const Finding& finding, const Task& task) {
  std::string out;
  if (task.location) {
    out += fmt::format("file={},", property_text(escaped(task.location->file)));
    if (task.location->line > 0) out += fmt::format("line={},", task.location->line);
    if (task.location->column > 0) out += fmt::format("col={},", task.location->column);
  }
  return out + fmt::format("title={} ({})", finding.lint, status_name(finding.status));
}

std::string message_of(const Model& model, const FindingGroup& group) {
  const std::vector<const Task*> tasks = tasks_of(model, group);
  std::string out = labels_text(tasks) + ": ";
  if (tasks.size() > 1) out.insert(0, count_text(tasks.size(), "task", "tasks") + ": ");
  const Finding& chosen = spokesman(group);
  return out + fmt::format("{}{} ({})", whose_text(model, group), escaped(chosen.message),
                           lines_text(model.coverage, chosen));
}

}  // namespace

void lint_github(const Model& model, const Findings& findings, const LintSettings& settings,
                 std::string& out) {
  for (const FindingGroup& group : group_findings(model, findings)) {
    const Finding& first = *group.front();
    out += fmt::format("::{} {}::{}\n", command_of(first, settings),
                       properties(first, model.tasks[first.task]),
                       message_text(message_of(model, group)));
  }
}

}  // namespace ari::replay
