#include <fmt/format.h>

#include <algorithm>

#include "replay/model/duration_text.h"
#include "replay/report/coverage_text.h"
#include "replay/report/finding_counts.h"
#include "replay/report/kind_counts.h"
#include "replay/report/log_lines.h"
#include "replay/report/shorten.h"
#include "replay/report/state_counts.h"
#include "replay/report/summary_view.h"
#include "replay/report/table.h"
#include "replay/report/words.h"
#include "replay/report/worst.h"
#include "replay/report/wrap.h"

namespace ari::replay {

namespace {

constexpr std::size_t kWorstShown = 3;
static_assert(kWorstShown <= kMostWorst);
constexpr std::size_t kIndent = 2;

std::string joined(const NamedCounts& counts) {
  std::string out;
  for (const auto& [name, count] : counts) {
    if (!out.empty()) out += ", ";
    out += fmt::format("{} {}", count_text(count), escaped(name));
  }
  return out;
}

// "3 polls seen to block a worker: the longest hog [6], 45.0ms or more (line 320)";
// empty if none was seen to.
std::string blocked_text(const Model& model) {
  const std::vector<std::size_t> longest = longest_blocked(model, 1);
  if (longest.empty()) return {};
  const std::uint64_t times = count_blocked(model);
  const Task& task = model.tasks[longest.front()];
  return fmt::format("{} seen to block a worker: {}{}, {} or more (line {})",
                     count_text(times, "poll", "polls"), times > 1 ? "the longest " : "",
                     task_label(task),
                     duration_text(task.longest_blocked->for_ns, model.coverage.resolution_ns()),
                     line_text(model.coverage, task.longest_blocked->line));
}

void append_tasks(const Model& model, const TextStyle& style, std::string& out) {
  append_state_counts(model, style, out);
  if (model.task_count() == 0) return;
  Table table({{}, {"", Align::kLeft, Column::kAlways, shorten_end, 8}});
  const auto add = [&](std::string_view label, const std::string& text, Role role = Role::kPlain) {
    if (!text.empty()) table.add({{std::string(label), Role::kDim}, {text, role}});
  };
  add("kinds", joined(count_kinds(model)));
  const NamedCounts outcomes = count_outcomes(model);
  const bool panicked = std::any_of(outcomes.begin(), outcomes.end(), [](const auto& outcome) {
    return outcome.first == subscriber::outcome_name(Outcome::kPanicked);
  });
  add("ended", joined(outcomes), panicked ? Role::kWarning : Role::kPlain);
  if (model.coverage.facts.resources) {
    add("used", fmt::format("{}, {}", count_text(model.resource_count, "resource", "resources"),
                            count_text(model.op_count, "async op", "async ops")));
  }
  add("blocked", blocked_text(model), Role::kWarning);
  table.render(style.width, kIndent, style.paint, out);
}

// "10 blocking, 2 worker, 1 block_on": whose polls and waits are no delays; empty if there are
// none.
std::string other_kinds(const Model& model) {
  NamedCounts counts = count_kinds(model);
  std::erase_if(counts,
                [](const auto& count) { return count.first == "task" || count.first == "local"; });
  return joined(counts);
}

// Of timers none of which was late.
std::string all_in_time(std::uint64_t timers) {
  if (timers == 1) return "the timer that fired did so in time";
  return fmt::format("all {} timers that fired did so in time", count_text(timers));
}

void append_delays(const Model& model, const TextStyle& style, std::string& out) {
  const std::int64_t resolution = model.coverage.resolution_ns();
  struct Figure {
    const char* title;
    std::int64_t Distribution::*ns;
    int importance;
  };
  constexpr Figure kFigures[] = {{"min", &Distribution::min_ns, 10},
                                 {"p50", &Distribution::p50_ns, Column::kAlways},
                                 {"p90", &Distribution::p90_ns, 30},
                                 {"p99", &Distribution::p99_ns, 40},
                                 {"max", &Distribution::max_ns, Column::kAlways}};
  std::vector<Column> columns = {{"Delays"}, {"count", Align::kRight, 20}};
  for (const Figure& f : kFigures) columns.push_back({f.title, Align::kRight, f.importance});
  Table table(std::move(columns));
  const auto add = [&](const char* label, const Distribution& d, std::string_view zero = {}) {
    std::vector<Cell> row = {{label, Role::kPlain}, {count_text(d.count)}};
    for (const Figure& f : kFigures) {
      const bool is_zero = d.*f.ns == 0 && !zero.empty();
      row.push_back({d.count == 0 ? "–"
                     : is_zero    ? std::string(zero)
                                  : duration_text(d.*f.ns, resolution)});
    }
    row.back().role = Role::kFigure;
    table.add(std::move(row));
  };
  add("  poll: start to end", model.poll_times);
  add("  scheduled: wake to poll", model.scheduled_times);
  const Distribution& late = model.timers.late;
  if (late.max_ns > 0) add("  timer: due to wake", late, "in time");
  out += '\n';
  table.render(style.width, 0, style.paint, out);
  if (late.count > 0 && late.max_ns == 0) {
    out += fmt::format("  {}\n", all_in_time(late.count));
  }
  if (const std::string others = other_kinds(model); !others.empty()) {
    const std::string text = "polls are those of kinds task and local, not of " + others;
    for (const std::string& line : wrap(text, style.width - kIndent)) {
      out.append(kIndent, ' ');
      style.paint.append(out, Role::kDim, line);
      out += '\n';
    }
  }
}

bool is_late(const LateTimer& timer) { return timer.late_ns > 0; }

void append_worst(const Model& model, const TextStyle& style, std::string& out) {
  const std::int64_t resolution = model.coverage.resolution_ns();
  Table table({{"Worst"},
               {"", Align::kRight},
               {"task", Align::kLeft, Column::kAlways, shorten_middle, 12},
               {is_late(model.timers.worst) ? "spawned or made at" : "spawned at", Align::kLeft, 10,
                shorten_location, 18},
               {"log line", Align::kRight, 20}});
  const auto add = [&](std::string_view label, const std::vector<std::size_t>& indices,
                       auto&& figure, auto&& line) {
    for (const std::size_t i : indices) {
      const Task& task = model.tasks[i];
      const LineNumber number = line(task);
      table.add({{std::string(label), Role::kPlain},
                 {figure(task), Role::kFigure},
                 {task_label(task), Role::kTask},
                 {task.location ? escaped(without_cargo_home(location_text(*task.location))) : "",
                  Role::kResource},
                 {line_text(model.coverage, number), Role::kDim}});
      label = {};
    }
  };
  add(
      "  longest poll", longest_polls(model, kWorstShown),
      [&](const Task& t) { return duration_text(t.longest_poll_ns, resolution); },
      [](const Task& t) { return t.longest_poll_line; });
  add(
      "  longest scheduled", longest_scheduled(model, kWorstShown),
      [&](const Task& t) { return duration_text(t.longest_scheduled_ns, resolution); },
      [](const Task& t) { return t.longest_scheduled_line; });
  add(
      "  most wakes", most_wakes(model, kWorstShown),
      [](const Task& t) { return count_text(t.wakes); }, [](const Task&) { return LineNumber{0}; });
  if (is_late(model.timers.worst)) {
    const LateTimer& timer = model.timers.worst;
    table.add({{"  latest timer", Role::kPlain},
               {duration_text(timer.late_ns, resolution), Role::kFigure},
               {fmt::format("{} [{}]", escaped(timer.concrete_type), timer.timer), Role::kResource},
               {timer.location ? escaped(without_cargo_home(location_text(*timer.location))) : "",
                Role::kResource},
               {line_text(model.coverage, timer.line), Role::kDim}});
  }
  if (table.empty()) return;
  out += '\n';
  table.render(style.width, 0, style.paint, out);
}

// "sleep once [7], healthy [8], 3 more"
std::string accused(const Model& model, const LintCounts& lint) {
  constexpr std::size_t kNamed = 3;
  std::string out;
  std::size_t count = 0;
  const auto name = [&](std::size_t task) {
    if (++count > kNamed) return;
    if (count > 1) out += ", ";
    out += task_label(model.tasks[task]);
  };
  for (const Finding* finding : lint.findings) {
    name(finding->task);
    for (const std::size_t other : finding->others) name(other);
  }
  if (count > kNamed) out += fmt::format(", {} more", count - kNamed);
  return out;
}

void append_findings(const Model& model, const std::vector<Finding>& findings,
                     const TextStyle& style, std::string& out) {
  out += '\n';
  style.paint.append(out, Role::kHeading, "Findings");
  out += "  ";
  style.paint.append(out, findings.empty() ? Role::kGood : Role::kPlain,
                     status_counts_text(count_statuses(findings)));
  out += '\n';
  Table table({{}, {}, {"", Align::kLeft, 10, shorten_list, 16}});
  for (const LintCounts& lint : count_by_lint(findings)) {
    const bool holds = lint.findings.front()->status != Status::kRefuted;
    table.add({{std::string(lint.lint), holds ? Role::kWarning : Role::kDim},
               {status_counts_text(lint.counts), holds ? Role::kPlain : Role::kDim},
               {accused(model, lint), holds ? Role::kTask : Role::kDim}});
  }
  table.render(style.width, kIndent, style.paint, out);
  if (!findings.empty()) style.paint.append(out, Role::kDim, "  why: ari-replay lint\n");
}

}  // namespace

void summary_text(const Model& model, const std::vector<Finding>& findings, const TextStyle& style,
                  std::string& out) {
  append_coverage(model.coverage, style, out);
  out += '\n';
  append_tasks(model, style, out);
  if (model.task_count() == 0) return;
  append_delays(model, style, out);
  append_worst(model, style, out);
  append_findings(model, findings, style, out);
}

}  // namespace ari::replay
