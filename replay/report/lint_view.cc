#include "replay/report/lint_view.h"

#include <fmt/format.h>

#include <algorithm>

#include "replay/input/timestamp.h"
#include "replay/model/duration_text.h"
#include "replay/report/coverage_text.h"
#include "replay/report/finding_counts.h"
#include "replay/report/json_members.h"
#include "replay/report/shorten.h"
#include "replay/report/words.h"
#include "replay/report/wrap.h"

namespace ari::replay {

namespace {

bool denied(const Finding& finding, const LintOptions& options) noexcept {
  return options.deny.has_value() && finding.status <= *options.deny;
}

// "run.jsonl:41-57"
std::string lines_text(const Coverage& coverage, const Finding& finding) {
  std::string out = coverage.path == "-" ? "standard input" : escaped(coverage.path);
  if (finding.first_line == 0) return out;
  out += fmt::format(":{}", finding.first_line);
  if (finding.last_line > finding.first_line) out += fmt::format("-{}", finding.last_line);
  return out;
}

// "since 2026-11-23T12:34:17.947998309Z, 631µs after its spawn"
std::string since_text(const Task& task, std::int64_t since_unix_ns, std::int64_t resolution) {
  std::string out = "since " + to_rfc3339(since_unix_ns);
  if (task.created_unix_ns) {
    out += fmt::format(", {} after its spawn",
                       duration_text(since_unix_ns - *task.created_unix_ns, resolution));
  }
  return out;
}

Role role_of(Status status) { return status == Status::kRefuted ? Role::kDim : Role::kWarning; }

}  // namespace

bool fails(const std::vector<Finding>& findings, const LintOptions& options) noexcept {
  return std::any_of(findings.begin(), findings.end(),
                     [&](const Finding& f) { return denied(f, options); });
}

void append_finding(const Model& model, const Finding& finding, FindingParts parts,
                    const TextStyle& style, std::string& out) {
  const Task& task = model.tasks[finding.task];
  const bool with_task = parts == FindingParts::kAll;
  const std::size_t head_indent = with_task ? 0 : 2, indent = head_indent + 2;
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
  if (with_task) {
    out += "  ";
    style.paint.append(out, Role::kTask, shorten_middle(task_label(task), style.width / 2));
  }
  out += '\n';
  append_line(Role::kPlain, escaped(finding.message));
  if (finding.since_unix_ns) {
    append_line(Role::kPlain,
                since_text(task, *finding.since_unix_ns, resolution_ns(model.coverage)));
  }
  if (with_task && task.location) {
    constexpr std::string_view kSpawned = "spawned at ";
    const std::size_t room = style.width - indent - kSpawned.size();
    append_line(
        Role::kResource,
        std::string(kSpawned) + shorten_location(escaped(location_text(*task.location)), room));
  }
  append_line(Role::kDim, lines_text(model.coverage, finding));
}

namespace {

// "2 definite, 1 refuted; exit status 1 (--deny definite)"
std::string verdict(const std::vector<Finding>& findings, const LintOptions& options) {
  const std::string_view deny = options.deny ? status_name(*options.deny) : "none";
  std::string out = findings.empty() ? "no findings" : status_counts_text(count_statuses(findings));
  return out + fmt::format("; exit status {} (--deny {})", fails(findings, options) ? 1 : 0, deny);
}

}  // namespace

void lint_text(const Model& model, const std::vector<Finding>& findings, const LintOptions& options,
               const TextStyle& style, std::string& out) {
  append_loss(model.coverage, style, out);
  for (const Finding& finding : findings) {
    append_finding(model, finding, FindingParts::kAll, style, out);
    out += '\n';
  }
  const Role role = fails(findings, options) ? Role::kWarning : Role::kGood;
  for (const std::string& line : wrap(verdict(findings, options), style.width)) {
    style.paint.append(out, role, line);
    out += '\n';
  }
}

void write_finding(JsonWriter& json, const Model& model, const Finding& finding) {
  const Task& task = model.tasks[finding.task];
  json.begin_object();
  json.member("lint", finding.lint);
  json.member("status", status_name(finding.status));
  json.member("task", task.task_id);
  json.member("span", task.span);
  member_location(json, "location", task.location);
  json.member("message", finding.message);
  member_from_1(json, "first_line", finding.first_line);
  member_from_1(json, "last_line", finding.last_line);
  member_instant(json, "since_at", finding.since_unix_ns);
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
