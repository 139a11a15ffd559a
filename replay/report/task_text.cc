#include <fmt/format.h>

#include <algorithm>

#include "replay/model/duration_text.h"
#include "replay/model/open_time.h"
#include "replay/report/bars.h"
#include "replay/report/coverage_text.h"
#include "replay/report/display_width.h"
#include "replay/report/instant_text.h"
#include "replay/report/joined.h"
#include "replay/report/life_text.h"
#include "replay/report/lint_view.h"
#include "replay/report/log_lines.h"
#include "replay/report/shorten.h"
#include "replay/report/table.h"
#include "replay/report/task_view.h"
#include "replay/report/told_task.h"
#include "replay/report/words.h"
#include "replay/report/wrap.h"

namespace ari::replay {

namespace {

constexpr std::size_t kIndent = 2;

void append_heading(std::string_view text, const TextStyle& style, std::string& out) {
  out += '\n';
  style.paint.append(out, Role::kHeading, text);
  out += '\n';
}

// Its name, which gives way to the rest of the line.
void append_title(const Model& model, const Task& task, const TextStyle& style, std::string& out) {
  std::string state = is_state_told(task, model.coverage)
                          ? fmt::format("  {} {}", sign(task.state), word(task.state))
                          : fmt::format("  – {}", kStateUntold);
  const bool unhappy = task.outcome.has_value() && *task.outcome != Outcome::kCompleted;
  const std::string outcome =
      unhappy ? fmt::format(", {}", subscriber::outcome_name(*task.outcome)) : "";
  const std::string semantics = fmt::format("  {} times", word(model.semantics));
  const std::size_t rest = display_width(state) + outcome.size() + semantics.size();
  const std::size_t room = style.width > rest ? style.width - rest : 0;
  style.paint.append(out, Role::kTask,
                     shorten_middle(task_label(task), std::max<std::size_t>(room, 12)));
  out += state;
  style.paint.append(out, Role::kWarning, outcome);
  style.paint.append(out, Role::kDim, semantics);
  out += '\n';
}

// An instant keeps its front, a place its end.
std::string shorten_value(std::string_view text, std::size_t columns) {
  const bool is_instant = text.size() > 10 && text[4] == '-' && text[7] == '-' && text[10] == 'T';
  return is_instant ? shorten_end(text, columns) : shorten_location(text, columns);
}

void append_identity(const Model& model, const Task& task, const TextStyle& style,
                     std::string& out) {
  Table table({{}, {"", Align::kLeft, Column::kAlways, shorten_value, 8}});
  const auto add = [&](std::string label, std::string text, Role role = Role::kPlain) {
    if (text.empty()) return;
    table.add({{std::move(label), Role::kDim}, {std::move(text), role}});
  };
  const auto instant = [&](std::optional<std::int64_t> unix_ns, const char* unknown) {
    return unix_ns ? instant_text(*unix_ns, model.coverage) : std::string(unknown);
  };
  const auto place = [](const SourceLocation* location) {
    return location ? escaped(location_text(*location)) : std::string();
  };
  if (!model.coverage.files.empty()) add("log", log_name(model.coverage, task.first_line));
  add("kind", escaped(task.kind));
  add("task.id", task.task_id ? fmt::to_string(*task.task_id) : "");
  add("target", escaped(task.target));
  add("spawned at", place(task.location), Role::kResource);
  if (task.state != State::kCompleted) add("parked at", place(task.parked_at), Role::kResource);
  if (task.state == State::kIdle && task.joins) {
    add("waits for", joined_text(model, *task.joins), Role::kTask);
  }
  add("created", instant(task.created_unix_ns, "before the log begins"));
  add("dropped", instant(task.dropped_unix_ns, "not within the log"));
  for (const KeptField& field : task.fields) add(escaped(field.name), escaped(field.text));
  table.render(style.width, kIndent, style.paint, out);
}

// Total, and what it consists of.
void append_times(const Model& model, const Task& task, const TextStyle& style, std::string& out) {
  constexpr std::size_t kBarColumns = 30;
  Table table({{}, {"", Align::kRight}, {"", Align::kRight}, {"", Align::kLeft, 10}});
  const auto add = [&](const char* label, std::int64_t ns, Role role) {
    const auto part = static_cast<std::uint64_t>(std::max<std::int64_t>(ns, 0));
    const auto whole = static_cast<std::uint64_t>(std::max<std::int64_t>(task.total_ns, 0));
    table.add({{label},
               {duration_text(ns, model.coverage.resolution_ns()), Role::kFigure},
               {percent_text(ns, task.total_ns), Role::kDim},
               {bar(std::min(part, whole), whole, kBarColumns), role}});
  };
  append_heading("Time", style, out);
  if (is_busy_told(task, model.coverage)) {
    const bool is_told = are_polls_told(task, model.coverage);
    add("busy", task.busy_ns, Role::kPoll);
    if (is_told) add("scheduled", task.scheduled_ns, Role::kWarning);
    add(is_told ? "idle" : "idle or scheduled", task.idle_ns, Role::kResource);
  }
  table.add({{"total"},
             {duration_text(task.total_ns, model.coverage.resolution_ns()), Role::kFigure},
             {},
             {}});
  table.render(style.width, kIndent, style.paint, out);
}

void append_wakers(const Model& model, const Task& task, const TextStyle& style, std::string& out) {
  append_heading("Wakers", style, out);
  const auto left = told_waker_count(task);
  std::string text =
      fmt::format("{} now ({} cloned, {} dropped), {}", left ? count_text(*left) : "–",
                  count_text(task.waker_clones), count_text(task.waker_drops),
                  count_text(task.wakes, "wake", "wakes"));
  if (task.self_wakes > 0) {
    text += fmt::format(", {} by itself ({})", count_text(task.self_wakes),
                        percent_text(static_cast<std::int64_t>(task.self_wakes),
                                     static_cast<std::int64_t>(task.wakes)));
  }
  if (task.perhaps_self_wakes > 0) {
    text += fmt::format(", {}{} perhaps by itself", task.self_wakes > 0 ? "and " : "",
                        count_text(task.perhaps_self_wakes));
  }
  if (task.last_wake_unix_ns) {
    text += fmt::format(", the last {} before {}",
                        duration_text(open_ns(model, *task.last_wake_unix_ns, task.last_line),
                                      model.coverage.resolution_ns()),
                        model.coverage.as_of_unix_ns ? "that instant" : "the log ends");
  }
  for (const std::string& line : wrap(text, style.width - kIndent)) {
    out.append(kIndent, ' ').append(line).append("\n");
  }
}

void append_percentiles(const Model& model, const Task& task, const TextStyle& style,
                        std::string& out) {
  // Ends and middle say most; the others go first where there is no room.
  struct Figure {
    const char* title;
    std::int64_t Distribution::*ns;
    int importance;
  };
  constexpr Figure kFigures[] = {
      {"min", &Distribution::min_ns, 60},
      {"p10", &Distribution::p10_ns, 20},
      {"p25", &Distribution::p25_ns, 30},
      {"p50", &Distribution::p50_ns, Column::kAlways},
      {"p75", &Distribution::p75_ns, 40},
      {"p90", &Distribution::p90_ns, 50},
      {"p95", &Distribution::p95_ns, 10},
      {"p99", &Distribution::p99_ns, 70},
      {"max", &Distribution::max_ns, Column::kAlways},
  };
  std::vector<Column> columns = {{}, {"count", Align::kRight}};
  for (const Figure& f : kFigures) columns.push_back({f.title, Align::kRight, f.importance});
  Table table(std::move(columns));
  const auto add = [&](const char* label, const Distribution& d) {
    if (d.count == 0) return;
    std::vector<Cell> row = {{label}, {count_text(d.count)}};
    for (const Figure& f : kFigures) {
      row.push_back({duration_text(d.*f.ns, model.coverage.resolution_ns())});
    }
    table.add(std::move(row));
  };
  add("polls", task.poll_times.value_or_new());
  add("waits", task.scheduled_times.value_or_new());
  if (table.empty()) return;
  append_heading("Polls, and waits from wake to poll", style, out);
  table.render(style.width, kIndent, style.paint, out);
}

void append_histogram(std::string_view title, const std::vector<std::int64_t>& durations_ns,
                      Role role, const TextStyle& style, std::string& out) {
  constexpr std::size_t kFewest = 5;  // fewer are no distribution: their list says more
  if (durations_ns.size() < kFewest) return;
  constexpr std::size_t kBarColumns = 40;
  std::uint64_t most = 0;
  const std::vector<Bucket> buckets = histogram(durations_ns);
  for (const Bucket& bucket : buckets) most = std::max(most, bucket.count);
  Table table({{"", Align::kRight}, {"", Align::kRight}, {"", Align::kLeft, 10}});
  for (const Bucket& bucket : buckets) {
    table.add({{fmt::format("{} – {}", step_text(bucket.from_ns), step_text(bucket.to_ns))},
               {count_text(bucket.count)},
               {bar(bucket.count, most, kBarColumns), role}});
  }
  append_heading(title, style, out);
  table.render(style.width, kIndent, style.paint, out);
}

void append_histograms(const Task& task, const TextStyle& style, std::string& out) {
  std::vector<std::int64_t> polls, waits;
  for (const LifeEvent& event : task.life) {
    if (event.kind != LifeEvent::Kind::kPoll) continue;
    polls.push_back(event.duration_ns);
    if (event.scheduled_ns) waits.push_back(*event.scheduled_ns);
  }
  append_histogram("How long its polls took", polls, Role::kPoll, style, out);
  append_histogram("How long it waited to be polled", waits, Role::kWarning, style, out);
}

}  // namespace

void task_text(const Model& model, const std::vector<Finding>& findings, std::size_t index,
               const TaskOptions& options, const TextStyle& style, std::string& out) {
  const Task& task = model.tasks[index];
  append_as_of(model.coverage, style, out);
  append_title(model, task, style, out);
  append_loss(model.coverage, style, out);
  append_identity(model, task, style, out);
  bool first = true;
  for (const Finding& finding : findings) {
    if (!is_about(finding, index)) continue;
    if (first) append_heading("Findings", style, out);
    first = false;
    // Its sentence is about its first task.
    const auto parts = finding.task == index ? FindingParts::kWithoutTask : FindingParts::kWithName;
    append_finding(model, finding, parts, style, out);
  }
  append_times(model, task, style, out);
  append_wakers(model, task, style, out);
  append_percentiles(model, task, style, out);
  append_histograms(task, style, out);
  append_life(model, task, options, style, out);
}

}  // namespace ari::replay
