#include "replay/report/lint_view.h"

#include <fmt/format.h>

#include <algorithm>

#include "replay/model/duration_text.h"
#include "replay/report/count_line.h"
#include "replay/report/coverage_text.h"
#include "replay/report/finding_counts.h"
#include "replay/report/instant_text.h"
#include "replay/report/json_members.h"
#include "replay/report/lint_groups.h"
#include "replay/report/shorten.h"
#include "replay/report/state_counts.h"
#include "replay/report/words.h"
#include "replay/report/wrap.h"

namespace ari::replay {

namespace {

// "since 2026-11-23T12:34:17.947998309Z, 631µs after its spawn"
std::string since_text(const Task& task, std::int64_t since_unix_ns, const Coverage& coverage) {
  std::string out = "since " + instant_text(since_unix_ns, coverage);
  if (task.created_unix_ns) {
    out += fmt::format(", {} after its spawn", duration_text(since_unix_ns - *task.created_unix_ns,
                                                             coverage.resolution_ns()));
  }
  return out;
}

// "spawned at src/main.rs:6:37" in `room` columns, if the log tells.
void append_spawn_location(const Task& task, const auto& append_line, std::size_t room) {
  if (!task.location) return;
  constexpr std::string_view kSpawned = "spawned at ";
  append_line(Role::kResource,
              std::string(kSpawned) +
                  shorten_location(escaped(location_text(*task.location)), room - kSpawned.size()));
}

Role role_of(Status status) { return status == Status::kRefuted ? Role::kDim : Role::kWarning; }

}  // namespace

std::string nothing_to_look_at(const Model& model) {
  const std::string no_tasks = no_tasks_text(model);
  return no_tasks.empty() ? no_polls_text(model) : no_tasks;
}

bool is_denied(const Finding& finding, const LintSettings& settings) {
  const LeastDenied least = settings.least_denied();
  return settings.level(finding.lint) == Level::kDeny && least.has_value() &&
         finding.status <= *least;
}

bool fails(const Model& model, const std::vector<Finding>& findings, const LintSettings& settings) {
  const bool may_be_empty = settings.no_tasks_allowed() || !settings.least_denied().has_value();
  if (!may_be_empty && !nothing_to_look_at(model).empty()) return true;
  return std::any_of(findings.begin(), findings.end(),
                     [&](const Finding& f) { return is_denied(f, settings); });
}

void append_finding(const Model& model, const Finding& finding, FindingParts parts,
                    const TextStyle& style, std::string& out) {
  const Task& task = model.tasks[finding.task];
  const bool all = parts == FindingParts::kAll;
  const std::size_t head_indent = all ? 0 : 2, indent = head_indent + 2;
  const auto append_line = [&](Role role, std::string_view text) {
    for (const std::string& line : wrap(text, style.width - indent)) {
      out.append(indent, ' ');
      style.paint.append(out, role, line);
      out += '\n';
    }
  };
  out.append(head_indent, ' ');
  style.paint.append(out, role_of(finding.status), finding.lint);
  out += fmt::format(" ({})", status_name(finding.status));
  if (parts != FindingParts::kWithoutTask) {
    out += "  ";
    style.paint.append(out, Role::kTask, shorten_middle(task_label(task), style.width / 2));
  }
  out += '\n';
  append_line(Role::kPlain, escaped(finding.message));
  if (finding.since_unix_ns) {
    append_line(Role::kPlain, since_text(task, *finding.since_unix_ns, model.coverage));
  }
  if (all) append_spawn_location(task, append_line, style.width - indent);
  append_line(Role::kDim, lines_text(model.coverage, finding));
}

namespace {

// A group of several as one paragraph: its tasks, then what is said of the worst.
void append_group(const Model& model, const FindingGroup& group, const TextStyle& style,
                  std::string& out) {
  constexpr std::size_t kIndent = 2;
  const Finding& chosen = spokesman(group);
  const Task& its_task = model.tasks[chosen.task];
  const std::vector<const Task*> tasks = tasks_of(model, group);
  const auto append_line = [&](Role role, std::string_view text) {
    for (const std::string& line : wrap(text, style.width - kIndent)) {
      out.append(kIndent, ' ');
      style.paint.append(out, role, line);
      out += '\n';
    }
  };
  style.paint.append(out, role_of(chosen.status), chosen.lint);
  out +=
      fmt::format(" ({})  {}\n", status_name(chosen.status),
                  tasks.size() == group.size() ? count_text(tasks.size(), "task", "tasks")
                                               : count_text(group.size(), "finding", "findings"));
  append_line(Role::kTask, labels_text(tasks));
  append_spawn_location(its_task, append_line, style.width - kIndent);
  const std::string whose = whose_text(model, group);
  append_line(Role::kPlain, whose + escaped(chosen.message));
  if (chosen.since_unix_ns) {
    append_line(Role::kPlain, since_text(its_task, *chosen.since_unix_ns, model.coverage));
  }
  append_line(Role::kDim,
              lines_text(model.coverage, chosen) + (whose.empty() ? " (the first)" : ""));
}

// "--deny definite", and which findings would fail the run if they were not only warned of.
std::string rules_text(const std::vector<Finding>& findings, const LintSettings& settings) {
  const LeastDenied least = settings.least_denied();
  std::string out = fmt::format("--deny {}", least ? status_name(*least) : "none");
  for (const Lint& lint : all_lints()) {
    const bool found = std::any_of(findings.begin(), findings.end(),
                                   [&](const Finding& f) { return f.lint == lint.name; });
    if (found && settings.level(lint.name) == Level::kWarn) {
      out += fmt::format(" --warn {}", lint.name);
    }
  }
  return out;
}

// "not looked for: long-poll (up to 1.10s); --warn LINT looks for one too": lints that are off
// unless somebody asks for them, and that would find something. Empty if there is none.
std::string unasked_text(const Model& model, const LintSettings& settings) {
  std::string out;
  if (model.semantics == Semantics::kConsole) return out;
  const auto add = [&](std::string_view lint, const Distribution& times) {
    if (!settings.is_unasked(lint) || times.max_ns < settings.limit(lint)) return;
    out += fmt::format("{}{} (up to {})", out.empty() ? "" : ", ", lint,
                       duration_text(times.max_ns, model.coverage.resolution_ns()));
  };
  add("long-poll", model.poll_times);
  add("long-scheduled", model.scheduled_times);
  add("late-timer", model.timers.late);
  return out.empty() ? out : "not looked for: " + out + "; --warn LINT looks for one too";
}

// "2 definite, 1 refuted; exit status 1 (--deny definite)"
std::string verdict(const Model& model, const std::vector<Finding>& findings,
                    const LintSettings& settings) {
  const bool fail = fails(model, findings, settings);
  if (!nothing_to_look_at(model).empty() && findings.empty()) {
    return fail ? "nothing to look at; exit status 1 (--allow no-tasks lets it pass)"
                : "nothing to look at; exit status 0";
  }
  const std::string count =
      findings.empty() ? "no findings" : status_counts_text(count_statuses(findings));
  return fmt::format("{}; exit status {} ({})", count, fail ? 1 : 0,
                     rules_text(findings, settings));
}

}  // namespace

void lint_text(const Model& model, const std::vector<Finding>& findings,
               const LintSettings& settings, const TextStyle& style, std::string& out) {
  append_loss(model.coverage, style, out);
  for (const FindingGroup& group : group_findings(model, findings)) {
    if (group.size() == 1) {
      append_finding(model, *group.front(), FindingParts::kAll, style, out);
    } else {
      append_group(model, group, style, out);
    }
    out += '\n';
  }
  if (const std::string nothing = nothing_to_look_at(model); !nothing.empty()) {
    append_note("! " + nothing, style, out, Role::kWarning);
  }
  const Role role = fails(model, findings, settings) ? Role::kWarning : Role::kGood;
  append_note(verdict(model, findings, settings), style, out, role);
  if (const std::string unasked = unasked_text(model, settings); !unasked.empty()) {
    append_note(unasked, style, out);
  }
}

void write_finding(JsonWriter& json, const Model& model, const Finding& finding) {
  const Task& task = model.tasks[finding.task];
  json.begin_object();
  json.member("lint", finding.lint);
  json.member("status", status_name(finding.status));
  json.member("task", task.task_id);
  json.member("span", task.span);
  member_or_null(json, "name", task.name);
  member_or_null(json, "kind", task.kind);
  member_location(json, "location", task.location);
  json.member("message", finding.message);
  json.member("figure", finding.figure != 0 ? std::optional(finding.figure) : std::nullopt);
  json.member("limit", finding.limit);
  member_or_null(json, "unit", unit_name(unit_of(*find_lint(finding.lint))));
  member_line(json, "first_line", finding.first_line);
  member_line(json, "last_line", finding.last_line);
  member_instant(json, "since_at", finding.since_unix_ns);
  json.key("tasks");
  json.begin_list();
  json.value(task.span);
  for (const std::size_t other : finding.others) json.value(model.tasks[other].span);
  json.end_list();
  json.end_object();
}

void lint_json(const Model& model, const std::vector<Finding>& findings, std::string& out) {
  JsonWriter json(out);
  json.begin_object();
  write_head(json, model);
  json.key("findings");
  json.begin_list();
  for (const Finding& finding : findings) {
    json.new_line();
    write_finding(json, model, finding);
  }
  json.end_list();
  json.end_object();
  out += '\n';
}

}  // namespace ari::replay
