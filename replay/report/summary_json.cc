#include "replay/report/finding_counts.h"
#include "replay/report/json_members.h"
#include "replay/report/kind_counts.h"
#include "replay/report/state_counts.h"
#include "replay/report/summary_view.h"
#include "replay/report/told_task.h"
#include "replay/report/words.h"
#include "replay/report/worst.h"

namespace ari::replay {

namespace {

void member_counts(JsonWriter& json, std::string_view name, const NamedCounts& counts) {
  json.key(name);
  json.begin_object();
  for (const auto& [key, count] : counts) json.member(key, count);
  json.end_object();
}

void member_tasks(JsonWriter& json, const Model& model) {
  json.key("tasks");
  json.begin_object();
  json.member("count", model.task_count());
  json.key("by_state");
  json.begin_object();
  const StateCounts states = count_states(model);
  for (const State state : kAllStates) {
    const std::uint64_t count = states[static_cast<std::size_t>(state)];
    json.member(word(state), is_told(state, model.coverage) ? std::optional(count) : std::nullopt);
  }
  json.end_object();
  member_counts(json, "by_kind", count_kinds(model));
  const NamedCounts outcomes = count_outcomes(model);
  if (!outcomes.empty() || model.coverage.facts.outcomes) {
    member_counts(json, "by_outcome", outcomes);
  } else {
    json.key("by_outcome");
    json.null();
  }
  json.end_object();
}

// A task that stands out by `figure`, which is at `line` of the log (0: at none).
template <typename Figure>
void write_offender(JsonWriter& json, const Task& task, std::string_view figure_name, Figure figure,
                    LineNumber line) {
  json.begin_object();
  json.member("id", task.task_id);
  json.member("span", task.span);
  member_or_null(json, "name", task.name);
  member_or_null(json, "kind", task.kind);
  member_location(json, "location", task.location);
  json.member(figure_name, figure);
  member_line(json, "line", line);
  json.end_object();
}

void member_worst(JsonWriter& json, const Model& model) {
  json.key("worst");
  json.begin_object();
  const auto list = [&](std::string_view name, const std::vector<std::size_t>& indices,
                        auto&& write) {
    json.key(name);
    json.begin_list();
    for (const std::size_t i : indices) write(model.tasks[i]);
    json.end_list();
  };
  list("longest_polls", longest_polls(model, kMostWorst), [&](const Task& t) {
    write_offender(json, t, "poll_ns", t.longest_poll_ns, t.longest_poll_line);
  });
  list("longest_scheduled", longest_scheduled(model, kMostWorst), [&](const Task& t) {
    write_offender(json, t, "scheduled_ns", t.longest_scheduled_ns, t.longest_scheduled_line);
  });
  list("most_wakes", most_wakes(model, kMostWorst),
       [&](const Task& t) { write_offender(json, t, "wakes", t.wakes, 0); });
  list("longest_blocked", longest_blocked(model, kMostWorst), [&](const Task& t) {
    write_offender(json, t, "blocked_ns", t.longest_blocked->for_ns, t.longest_blocked->line);
  });
  json.end_object();
}

void member_timers(JsonWriter& json, const Model& model) {
  json.key("timers");
  const Coverage& coverage = model.coverage;
  const bool is_guessed = coverage.has_guessed_lines() && !coverage.facts.threads;
  if (!coverage.facts.resources || is_guessed) return json.null();
  json.begin_object();
  member_distribution(json, "late_times", model.timers.late);
  json.key("worst");
  const LateTimer& worst = model.timers.worst;
  if (worst.late_ns == 0) {
    json.null();
  } else {
    json.begin_object();
    json.member("resource", worst.timer);
    member_or_null(json, "concrete_type", worst.concrete_type);
    member_location(json, "location", worst.location ? &*worst.location : nullptr);
    member_instant(json, "due_at", worst.due_unix_ns);
    json.member("late_ns", worst.late_ns);
    json.member("is_certain", worst.is_sure);
    member_line(json, "line", worst.line);
    json.end_object();
  }
  json.end_object();
}

void write_statuses(JsonWriter& json, const StatusCounts& counts) {
  for (const Status status : kAllStatuses) {
    json.member(status_name(status), counts[static_cast<std::size_t>(status)]);
  }
}

void member_findings(JsonWriter& json, const std::vector<Finding>& findings) {
  json.key("findings");
  json.begin_object();
  write_statuses(json, count_statuses(findings));
  json.key("by_lint");
  json.begin_list();
  for (const LintCounts& lint : count_by_lint(findings)) {
    json.begin_object();
    json.member("lint", lint.lint);
    write_statuses(json, lint.counts);
    json.end_object();
  }
  json.end_list();
  json.end_object();
}

}  // namespace

void summary_json(const Model& model, const std::vector<Finding>& findings, std::string& out) {
  const auto count_or_null = [&](std::uint64_t count) {
    return model.coverage.facts.resources ? std::optional(count) : std::nullopt;
  };
  JsonWriter json(out);
  json.begin_object();
  write_head(json, model);
  member_tasks(json, model);
  json.member("resources", count_or_null(model.resource_count));
  json.member("async_ops", count_or_null(model.op_count));
  member_distribution(json, "poll_times", model.poll_times);
  member_distribution(json, "scheduled_times", model.scheduled_times);
  member_timers(json, model);
  member_worst(json, model);
  member_findings(json, findings);
  json.end_object();
  out += '\n';
}

}  // namespace ari::replay
