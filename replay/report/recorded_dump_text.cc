#include <fmt/format.h>

#include <array>

#include "replay/model/duration_text.h"
#include "replay/report/count_line.h"
#include "replay/report/coverage_text.h"
#include "replay/report/instant_text.h"
#include "replay/report/log_lines.h"
#include "replay/report/recorded_dump_view.h"
#include "replay/report/state_counts.h"
#include "replay/report/tree_line.h"
#include "replay/report/words.h"
#include "replay/report/wrap.h"

namespace ari::replay {

namespace {

std::string label(const DumpedTask& task) {
  const std::string& name = !task.name.empty() ? task.name : task.kind;
  return fmt::format("{} [{}]", escaped(name), task.span);
}

// The coroutines of a stack, innermost first: "sleep_twice at main.cc:7:9 [Sleep [8], due in 3ms]".
std::vector<std::string> frames_of(std::string_view stack) {
  constexpr std::string_view kBetween = " < ";
  std::vector<std::string> frames;
  while (!stack.empty()) {
    const std::size_t end = std::min(stack.find(kBetween), stack.size());
    frames.push_back(escaped(stack.substr(0, end)));
    stack.remove_prefix(std::min(end + kBetween.size(), stack.size()));
  }
  return frames;
}

void append_task(const Coverage& coverage, const DumpedTask& task, const TextStyle& style,
                 std::string& out) {
  const std::string since = !task.since_poll_ns ? "not polled yet"
                            : task.state == State::kRunning
                                ? "in this poll for " + duration_text(*task.since_poll_ns)
                                : "polled " + duration_text(*task.since_poll_ns) + " before";
  out += '\n';
  append_tree_line(
      {},
      {{fmt::format("{} {}", task.state ? sign(*task.state) : "?", label(task)), Role::kTask},
       {std::string(task.state ? word(*task.state) : "state not told"), Role::kFigure},
       {since},
       {"line " + line_text(coverage, task.line), Role::kDim}},
      style, out);
  const std::vector<std::string> frames = frames_of(task.stack);
  for (const std::string& frame : frames) {
    const Branch at = Branch().below(&frame == &frames.back());
    const std::size_t columns = style.width > 8 ? style.width - 5 : 3;
    std::string_view before = at.first;
    for (const std::string& line : wrap(frame, columns)) {
      style.paint.append(out, Role::kDim, before);
      out += (before == at.first ? "" : "  ") + line + '\n';
      before = at.rest;
    }
  }
}

void append_states(const RecordedDump& dump, const TextStyle& style, std::string& out) {
  std::array<std::uint64_t, kAllStates.size()> counts{};
  for (const DumpedTask& task : dump.tasks) {
    if (task.state) ++counts[static_cast<std::size_t>(*task.state)];
  }
  style.paint.append(out, Role::kHeading, count_text(dump.task_count, "task", "tasks"));
  for (const State state : {State::kRunning, State::kScheduled, State::kIdle}) {
    out += fmt::format("  {} {} {}", sign(state),
                       count_text(counts[static_cast<std::size_t>(state)]), word(state));
  }
  out += '\n';
}

}  // namespace

Result<const RecordedDump*> find_dump(const RecordedDumps& dumps, std::size_t number) {
  const std::size_t count = dumps.dumps().size();
  if (number >= 1 && number <= count) return &dumps.dumps()[number - 1];
  if (count == 0) {
    return Error{
        "the program put no dump of itself on record (ari::dump().record(), or "
        "ARI_DUMP_SIGNAL); without --recorded the log's own events are told"};
  }
  return Error{fmt::format("there is no recorded dump {}: the log has {}, numbered from 1", number,
                           count_text(count))};
}

void recorded_dump_text(const Coverage& coverage, const RecordedDumps& dumps, std::size_t number,
                        const TextStyle& style, std::string& out) {
  const RecordedDump& dump = dumps.dumps()[number - 1];
  std::string head =
      fmt::format("Recorded dump {} of {}, by the program itself, at {}, lines {}", number,
                  count_text(dumps.dumps().size()), instant_text(dump.at_unix_ns, coverage),
                  lines_text(coverage, dump.first_line, dump.last_line));
  append_note(head, style, out, Role::kFigure);
  append_loss(coverage, style, out);
  append_states(dump, style, out);
  if (!dump.told_count) {
    append_note("! it has no end in the log: tasks may be missing", style, out);
  } else if (!dump.is_whole()) {
    append_note(fmt::format("! the program counted {}: some are missing",
                            count_text(*dump.told_count, "task", "tasks")),
                style, out);
  }
  for (const DumpedTask& task : dump.tasks) append_task(coverage, task, style, out);
}

void append_recorded_dumps(const Coverage& coverage, const RecordedDumps& dumps,
                           const TextStyle& style, std::string& out) {
  const std::size_t count = dumps.dumps().size();
  if (count == 0) return;
  out += '\n';
  append_note(
      fmt::format("The program put {} of itself on record, the {} in line {}: --recorded {} "
                  "shows {}, with stacks of coroutines",
                  count_text(count, "dump", "dumps"), count == 1 ? "only one" : "last",
                  line_text(coverage, dumps.dumps().back().first_line), count,
                  count == 1 ? "it" : "that"),
      style, out);
}

}  // namespace ari::replay
