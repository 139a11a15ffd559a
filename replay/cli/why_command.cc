#include <algorithm>
#include <unordered_set>

#include "replay/cli/commands.h"
#include "replay/cli/folded.h"
#include "replay/cli/make_option.h"
#include "replay/cli/time_options.h"
#include "replay/input/both_sinks.h"
#include "replay/input/source.h"
#include "replay/model/thread_activity.h"
#include "replay/model/timer_watch.h"
#include "replay/report/log_lines.h"
#include "replay/report/why_view.h"

namespace ari::replay {

namespace {

// All that a user can ask `why` about, from reading the log once.
struct FirstReading {
  const Model* model = nullptr;
  std::unordered_set<SpanId> watched;
  TimerWatch timers{[this](SpanId task) { return watched.contains(task); }};
  ThreadActivity activity{Period{}};  // empty if the log can be read again

  FirstReading(const Options& options, bool with_activity, Console& console) {
    BothSinks timers_and_activity(timers, activity);
    FoldOptions fold_options;
    fold_options.watch = [&](const Task& task) {
      if (!options.task.matches(task)) return false;
      watched.insert(task.span);
      return true;
    };
    fold_options.beside = &timers;
    if (with_activity) fold_options.beside = &timers_and_activity;
    model = fold_log(options, std::move(fold_options), console);
  }
  FirstReading(const FirstReading&) = delete;
  FirstReading& operator=(const FirstReading&) = delete;
};

// Reads the log again where it can be, so that only what threads did at the time in question is
// kept; of what can be read only once all of it is.
int run(const Options& options, Console& console) {
  const bool twice = std::all_of(options.logs.begin(), options.logs.end(), &can_be_read_again);
  FirstReading first(options, !twice, console);
  if (!first.model) return kExitUsage;
  const std::optional<std::size_t> index = asked_task(*first.model, options, console);
  if (!index) return kExitUsage;
  const Task& task = first.model->tasks[*index];
  const auto delayed = find_delay(*first.model, task, first.timers, options.poll);
  if (!delayed.has_value()) {
    console.remark(delayed.error().message);
    return kExitUsage;
  }
  if (twice) {
    first.activity = ThreadActivity(period_of(delayed.value()));
    if (!read_asked(options, first.activity, console)) return kExitUsage;
  }
  first.activity.finish();
  first.activity.keep([&](LineNumber line) {
    return are_of_one_run(first.model->coverage, line, task.first_line);
  });
  const Why why = explain(*first.model, first.activity, task, delayed.value());
  print_view(
      options, console, [&](std::string& out) { why_json(*first.model, why, out); },
      [&](const TextStyle& style, std::string& out) {
        why_text(*first.model, why, options.whole_life, style, out);
      });
  return kExitDone;
}

}  // namespace

CommandSpec why_command(Options& o) {
  return {"why",
          "why a task was not polled as soon as it was woken",
          "What the thread did between a wake of the task and the poll that answered it: the polls "
          "that it sat behind, the time its worker was parked, and what the log does not tell; "
          "whether a timer woke it late, and why; and how the other threads were busy meanwhile. "
          "The parts sum up to the delay. A task that is ready and has not been polled yet has "
          "such a delay too.",
          {log_argument(o), task_argument(o)},
          {value_option("--poll", "N", "its poll of that number, from 1; else the longest delay",
                        take_parsed(&parse_whole_number<std::size_t>,
                                    [&o](std::size_t number) { o.poll = number; })),
           at_option(o), flag("--all", "each of many tasks that it sat behind", o.whole_life)},
          {{"why run.jsonl worker", "its longest delay"},
           {"why --poll 3 run.jsonl 7", "what the third poll waited for"},
           {"why --at 1.5s run.jsonl 7", "the longest until then, or the one at that instant"}},
          {},
          &run};
}

}  // namespace ari::replay
