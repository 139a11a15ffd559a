#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "replay/lint/certainty.h"
#include "replay/model/duration_text.h"
#include "replay/model/lock_fold.h"
#include "replay/model/open_time.h"
#include "replay/model/wait_graph.h"
#include "replay/report/attribute_text.h"
#include "replay/report/count_line.h"
#include "replay/report/coverage_text.h"
#include "replay/report/deadlock_words.h"
#include "replay/report/holders.h"
#include "replay/report/instant_text.h"
#include "replay/report/joined.h"
#include "replay/report/log_lines.h"
#include "replay/report/shorten.h"
#include "replay/report/table.h"
#include "replay/report/tree_line.h"
#include "replay/report/waits_view.h"
#include "replay/report/warnings.h"
#include "replay/report/words.h"
#include "replay/report/wrap.h"

namespace ari::replay {

namespace {

constexpr std::size_t kIndent = 2;
constexpr std::size_t kLongestChains = 5;

std::string for_text(const Model& model, std::int64_t since_unix_ns, LineNumber line) {
  return duration_text(open_ns(model, since_unix_ns, line), model.coverage.resolution_ns());
}

// What keeps it: of a lock its holders, of a timer or barrier what it tells of itself, of tasks
// that it joins what they do.
std::string until_text(const Model& model, const Wait& wait) {
  if (wait.joins != nullptr) return joined_states_text(model, *wait.joins);
  if (wait.resource == nullptr) return "not told";
  if (is_lock(*wait.resource)) return holders_text(model, *wait.resource);
  const bool tells = wait.resource->kind == "timer" || wait.resource->concrete_type == "Barrier";
  const std::string state = attributes_text(wait.resource->attributes, wait.resource->span);
  if (!tells || state.empty()) return "not told";
  return state;
}

Cell awaited_cell(const Model& model, const Wait& wait) {
  if (wait.resource != nullptr) return {resource_label(*wait.resource), Role::kResource};
  if (wait.joins != nullptr) return {joined_text(model, *wait.joins), Role::kTask};
  return {"not told", Role::kDim};
}

Table waits_table(const Model& model, const std::vector<Wait>& waits,
                  const std::vector<std::vector<std::string_view>>& warnings) {
  Table table({{"", Align::kLeft},  // the sign for findings
               {"Task", Align::kLeft, Column::kAlways, shorten_middle, 12},
               {"For", Align::kRight, 80},
               {"Waits in", Align::kLeft, 60, shorten_end, 11},
               {"On", Align::kLeft, Column::kAlways, shorten_middle, 11},
               {"Where", Align::kLeft, 50, shorten_location, 14},
               {"Holder, state", Align::kLeft, Column::kAlways, shorten_end, 12},
               {"Log line", Align::kRight, 30}});
  for (const Wait& wait : waits) {
    const Task* task = follow(model.tasks, wait.task);
    std::string place = wait.resource != nullptr ? location_text(wait.resource->location) : "";
    if (wait.op == nullptr && task != nullptr && task->parked_at) {
      place = location_text(*task->parked_at);
    }
    std::string source = wait.op != nullptr ? escaped(wait.op->source) : "";
    LineNumber line = wait.op != nullptr ? wait.op->first_line : 0;
    if (wait.joins != nullptr) {
      source = escaped(wait.joins->op);
      line = wait.joins->line;
    }
    const bool is_warned = task != nullptr && !warnings[wait.task.index].empty();
    table.add({{is_warned ? "!" : "", Role::kWarning},
               {wait.task ? task_label(model, wait.task) : "not told", Role::kTask},
               {duration_text(wait.for_ns, model.coverage.resolution_ns()), Role::kFigure},
               {source.empty() ? "–" : source, Role::kPoll},
               awaited_cell(model, wait),
               {escaped(place)},
               {until_text(model, wait)},
               {line_text(model.coverage, line), Role::kDim}});
  }
  return table;
}

// "made at …/scenarios.rs:136:68".
std::string shorten_made_at(std::string_view text, std::size_t columns) {
  constexpr std::string_view kMadeAt = "made at ";
  const std::size_t room = columns > kMadeAt.size() ? columns - kMadeAt.size() : 0;
  return std::string(kMadeAt) + shorten_location(text.substr(kMadeAt.size()), room);
}

// One task of the circle: what it holds, and what it waits for.
void append_link(const Model& model, const Deadlock& deadlock, std::size_t i,
                 const TextStyle& style, std::string& out) {
  const DeadlockLink& link = deadlock.links[i];
  const DeadlockLink& before =
      deadlock.links[(i + deadlock.links.size() - 1) % deadlock.links.size()];
  const Task& task = model.tasks[link.task.index];
  append_tree_line({std::string(kIndent, ' '), std::string(kIndent, ' ')},
                   {{task_label(task), Role::kTask},
                    {task.location ? "spawned at " + escaped(location_text(*task.location)) : ""},
                    {task.parked_at ? "parked at " + escaped(location_text(*task.parked_at)) : ""}},
                   style, out);
  Table table({{},
               {"", Align::kLeft, Column::kAlways, shorten_middle, 21},
               {"", Align::kLeft, 10, shorten_made_at, 20},
               {},
               {"", Align::kRight, 20}});
  const auto add = [&](const char* how, Cell whom, const subscriber::Location& made,
                       std::int64_t since, LineNumber line) {
    const std::string place = escaped(location_text(made));
    table.add({{how, Role::kDim},
               std::move(whom),
               {place.empty() ? "" : "made at " + place, Role::kResource},
               {"for " + for_text(model, since, line)},
               {"line " + line_text(model.coverage, line), Role::kDim}});
  };
  const auto add_lock = [&](const char* how, const DeadlockLink& l, std::int64_t since,
                            LineNumber line) {
    add(how, {escaped(fmt::format("{} [{}]", l.lock_type, l.lock.span)), Role::kResource},
        l.lock_location, since, line);
  };
  const auto add_task = [&](const char* how, const std::string& whom, std::int64_t since,
                            LineNumber line) {
    add(how, {whom, Role::kTask}, {}, since, line);
  };
  const bool holds_for_certain = !before.hold.doubtful && is_circle_certain(model, deadlock);
  const DeadlockLink& next = deadlock.links[(i + 1) % deadlock.links.size()];
  const auto task_of = [&](const DeadlockLink& l) { return task_label(model, l.task); };
  if (before.joins) {
    add_task("joined by", task_of(before), before.waits_since_unix_ns, before.waits_line);
  } else if (before.queued) {
    add_lock("in front at", before, link.waits_since_unix_ns, link.waits_line);
  } else {
    add_lock(holds_for_certain ? "holds" : "may hold", before, before.hold.since_unix_ns,
             before.hold.line);
  }
  if (link.joins) {
    add_task("waits for", "the end of " + task_of(next), link.waits_since_unix_ns, link.waits_line);
  } else {
    add_lock("waits for", link, link.waits_since_unix_ns, link.waits_line);
  }
  table.render(style.width, 2 * kIndent, style.paint, out);
}

void append_deadlock(const Model& model, const Deadlock& deadlock, const TextStyle& style,
                     std::string& out) {
  out += '\n';
  const std::string doubt = doubt_text(model, deadlock);
  const std::string_view what = doubt.empty() ? "Deadlock" : "Perhaps a deadlock";
  const std::string head = fmt::format("{} of {}, for {}, since {}", what,
                                       count_text(deadlock.links.size(), "task", "tasks"),
                                       for_text(model, deadlock.since_unix_ns, deadlock.last_line),
                                       instant_text(deadlock.since_unix_ns, model.coverage));
  for (std::string_view line : wrap(head, style.width)) {
    if (line.starts_with(what)) {
      style.paint.append(out, Role::kWarning, what);
      line.remove_prefix(what.size());
    }
    out.append(line).append("\n");
  }
  if (!doubt.empty()) append_note(doubt, style, out);
  for (std::size_t i = 0; i < deadlock.links.size(); ++i) {
    append_link(model, deadlock, i, style, out);
  }
}

std::string chain_text(const Model& model, const std::vector<Wait>& waits,
                       const std::vector<std::size_t>& chain) {
  std::string out;
  const Resource* before = nullptr;  // by which the one before leads here; none: by a join
  bool is_joined = false;            // and then it is named
  for (const std::size_t at : chain) {
    const Wait& wait = waits[at];
    const bool perhaps =
        before != nullptr &&
        std::none_of(before->holds.begin(), before->holds.end(), [&](const Hold& hold) {
          return hold.task.index == wait.task.index && is_certain(model, *before, hold);
        });
    before = wait.resource;
    if (!is_joined) {
      out += fmt::format("{}{}{}", out.empty() ? "" : " → ", perhaps ? "perhaps " : "",
                         task_label(model, wait.task));
    }
    is_joined = wait.joins != nullptr && wait.joins->count == 1;
    out += " → " + awaited_cell(model, wait).text;
  }
  if (chain.size() == WaitChains::kMostLinks) return out + " → …";
  const Resource* last = waits[chain.back()].resource;
  if (last != nullptr && is_lock(*last)) out += " → " + holders_text(model, *last);
  return out;
}

// Leaves out chains that are a part of one before: its later links, or the same circle from
// another place on.
void keep_whole(std::vector<std::vector<std::size_t>>& chains) {
  std::vector<std::vector<std::size_t>> whole;
  std::vector<std::set<std::size_t>> links_of_whole;
  for (std::vector<std::size_t>& chain : chains) {
    std::set<std::size_t> links(chain.begin(), chain.end());
    const bool is_part =
        std::any_of(links_of_whole.begin(), links_of_whole.end(), [&](const auto& longer) {
          return std::includes(longer.begin(), longer.end(), links.begin(), links.end());
        });
    if (is_part) continue;
    whole.push_back(std::move(chain));
    links_of_whole.push_back(std::move(links));
    if (whole.size() == kLongestChains) break;
  }
  chains = std::move(whole);
}

void append_chains(const Model& model, const std::vector<Wait>& waits, const TextStyle& style,
                   std::string& out) {
  const WaitChains from_each(waits);
  std::vector<std::vector<std::size_t>> chains;
  for (const std::size_t beginning : from_each.beginnings()) {
    std::vector<std::size_t> chain = from_each.from(beginning);
    if (chain.size() > 1) chains.push_back(std::move(chain));
  }
  std::stable_sort(chains.begin(), chains.end(),
                   [](const auto& a, const auto& b) { return a.size() > b.size(); });
  keep_whole(chains);
  if (chains.empty()) return;
  out += '\n';
  style.paint.append(out, Role::kHeading, "Longest chains of waits");
  out += '\n';
  for (const std::vector<std::size_t>& chain : chains) {
    for (const std::string& line : wrap(chain_text(model, waits, chain), style.width - kIndent)) {
      out.append(kIndent, ' ').append(line).append("\n");
    }
  }
}

std::vector<SignCount> counts(const std::vector<Wait>& waits) {
  SignCount locks{"‖", "on locks"}, timers{"‖", "on timers"}, tasks{"‖", "on tasks"},
      others{"‖", "on others"}, untold{"‖", "not told"};
  for (const Wait& wait : waits) {
    SignCount& kind = wait.joins != nullptr            ? tasks
                      : wait.resource == nullptr       ? untold
                      : is_lock(*wait.resource)        ? locks
                      : wait.resource->kind == "timer" ? timers
                                                       : others;
    ++kind.count;
  }
  std::vector<SignCount> kinds;
  for (const SignCount& kind : {locks, timers, tasks, others, untold}) {
    if (kind.count > 0) kinds.push_back(kind);
  }
  return kinds;
}

std::string lasted_text(const Model& model, const Deadlock& deadlock) {
  return duration_text(deadlock.until_unix_ns - deadlock.since_unix_ns,
                       model.coverage.resolution_ns());
}

// One that came undone is not to be seen at the end: this tells when it was. One in which a task
// got on was no deadlock, but the circle was there.
void append_undone(const Model& model, const Deadlock& deadlock, const TextStyle& style,
                   std::string& out) {
  const std::int64_t first = model.coverage.first_unix_ns.value_or(deadlock.since_unix_ns);
  const std::int64_t lasted_ns = deadlock.until_unix_ns - deadlock.since_unix_ns;
  const double middle_ms =
      static_cast<double>(deadlock.since_unix_ns - first + lasted_ns / 2) / 1e6;
  const std::size_t tasks = deadlock.links.size();
  const std::string lasted = lasted_text(model, deadlock);
  std::string text;
  if (is_definite(model, deadlock)) {
    text = fmt::format("A deadlock of {} stood for {} and came undone",
                       count_text(tasks, "task", "tasks"), lasted);
  } else {
    const char* how = tasks > 1                      ? "waited in a circle"
                      : deadlock.links.front().joins ? "waited for its own end"
                                                     : "waited for a lock of its own";
    text = fmt::format("{} {} for {}, then one got on", count_text(tasks, "task", "tasks"), how,
                       lasted);
  }
  out += '\n';
  append_note(fmt::format("{}: see --at {:.3f}ms", text, middle_ms), style, out, Role::kPlain);
}

// Those that may never have been, in one line.
void append_doubtful(const Model& model, const std::vector<const Deadlock*>& doubtful,
                     const TextStyle& style, std::string& out) {
  if (doubtful.empty()) return;
  const Deadlock& longest =
      **std::max_element(doubtful.begin(), doubtful.end(), [](const auto* a, const auto* b) {
        return a->until_unix_ns - a->since_unix_ns < b->until_unix_ns - b->since_unix_ns;
      });
  out += '\n';
  append_note(fmt::format("{} tasks perhaps waited for each other's locks, for up to {}, and no "
                          "longer do ({}): see ari-replay lint",
                          doubtful.size() == 1 ? "Once" : count_text(doubtful.size()) + " times",
                          lasted_text(model, longest), doubt_text(model, longest)),
              style, out);
}

}  // namespace

void waits_text(const Model& model, const TextStyle& style, std::string& out,
                const Findings& findings) {
  append_as_of(model.coverage, style, out);
  const std::vector<Wait> waits = waits_of(model);
  append_count_line(count_text(waits.size(), "wait", "waits"), counts(waits), model.semantics,
                    style, out);
  append_loss(model.coverage, style, out);
  append_untold_resources(model.coverage, style, out);
  append_guessed_locks(model, style, out);
  std::vector<const Deadlock*> doubtful;
  for (const Deadlock& deadlock : model.deadlocks) {
    if (is_standing(model, deadlock)) {
      append_deadlock(model, deadlock, style, out);
    } else if (is_open(deadlock) || !is_circle_certain(model, deadlock)) {
      doubtful.push_back(&deadlock);
    } else {
      append_undone(model, deadlock, style, out);
    }
  }
  append_doubtful(model, doubtful, style, out);
  if (waits.empty() && model.deadlocks.empty() && model.op_count > 0) {
    out += "\nNobody waits any more; --at TIME asks about an earlier instant.\n";
  }
  if (waits.empty()) return;
  out += '\n';
  const auto warnings = warnings_by_task(model, findings);
  const std::vector<std::string_view> left_out =
      waits_table(model, waits, warnings).render(style.width, 0, style.paint, out);
  append_chains(model, waits, style, out);
  std::set<std::uint32_t> warned;
  for (const Wait& wait : waits) {
    const bool is_there = wait.task && wait.task.index < warnings.size();
    if (is_there && !warnings[wait.task.index].empty()) warned.insert(wait.task.index);
  }
  if (!left_out.empty() || !warned.empty()) out += '\n';
  if (!warned.empty()) append_warned(warned.size(), style, out);
  append_left_out(left_out, style, out);
}

}  // namespace ari::replay
