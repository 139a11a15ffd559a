// `dump` and `tree`: the same view of an instant, by task or by who waits for whom.
#include "replay/cli/commands.h"
#include "replay/cli/folded.h"
#include "replay/cli/make_option.h"
#include "replay/cli/time_options.h"
#include "replay/report/dump_view.h"
#include "replay/report/recorded_dump_view.h"

namespace ari::replay {

namespace {

int run(DumpForm form, const Options& options, Console& console) {
  RecordedDumps dumps(0);
  FoldOptions fold_options;
  fold_options.resources = fold_options.only_alive = true;
  fold_options.beside = &dumps;
  const Folded* const folded = fold_and_lint(options, std::move(fold_options), console);
  if (!folded) return kExitUsage;
  print_view(
      options, console,
      [&](std::string& out) { dump_json(folded->model, form, out, folded->findings); },
      [&](const TextStyle& style, std::string& out) {
        dump_text(folded->model, form, options.whole_life, style, out, folded->findings);
        append_recorded_dumps(folded->model.coverage, dumps, style, out);
      });
  return kExitDone;
}

std::vector<OptionSpec> dump_options(Options& o) {
  return {at_option(o), flag("--all", "each task, not one for many that wait alike", o.whole_life)};
}

// The program's own dump of that number.
int run_recorded(std::size_t number, const Options& options, Console& console) {
  RecordedDumps dumps(number);
  const std::optional<Coverage> coverage = read_asked(options, dumps, console);
  if (!coverage) return kExitUsage;
  if (const auto found = find_dump(dumps, number); !found.has_value()) {
    console.remark(found.error().message);
    return kExitUsage;
  }
  print_view(
      options, console,
      [&](std::string& out) { recorded_dump_json(*coverage, dumps, number, out); },
      [&](const TextStyle& style, std::string& out) {
        recorded_dump_text(*coverage, dumps, number, style, out);
      });
  return kExitDone;
}

int run_dump(const Options& options, Console& console) {
  if (options.recorded_dump) return run_recorded(*options.recorded_dump, options, console);
  return run(DumpForm::kDump, options, console);
}

int run_tree(const Options& options, Console& console) {
  return run(DumpForm::kTree, options, console);
}

}  // namespace

CommandSpec dump_command(Options& o) {
  std::vector<OptionSpec> options = dump_options(o);
  options.push_back(
      value_option("--recorded", "N", "the program's own dump of that number, from 1, instead",
                   take_parsed(&parse_whole_number<std::size_t>,
                               [&o](std::size_t number) { o.recorded_dump = number; })));
  return {"dump",
          "every live task, and what it waits in",
          "At the log's end, or at an instant: each task that is alive, its state and since when, "
          "where its last poll parked, and below it the async ops that it waits in, outer to "
          "inner, what they use, and who holds that. Tasks that wait for nothing known are shown "
          "too; tree leaves them out.",
          {log_argument(o)},
          std::move(options),
          {{"dump run.jsonl", "what was everything doing when it was killed?"},
           {"dump --at 1.5s run.jsonl", "and then?"},
           {"dump --recorded 1 run.jsonl", "what kill -USR1 put on record (ARI_DUMP_SIGNAL)"},
           {"dump --format json run.jsonl | jq '.tasks[] | select(.waits == [])'",
            "tasks that wait for nothing known"}},
          {},
          &run_dump};
}

CommandSpec tree_command(Options& o) {
  return {"tree",
          "who waits in what, down to who holds it",
          "As dump, but only of tasks that wait in an async op or for other tasks' end, and below "
          "each holder of a lock "
          "what that waits in: first the tasks that nobody waits for. No task's waits are shown "
          "twice.",
          {log_argument(o)},
          dump_options(o),
          {{"tree run.jsonl", "what was it stuck in when it was killed?"},
           {"tree --at 1.5s run.jsonl", "who waited then?"}},
          {},
          &run_tree};
}

}  // namespace ari::replay
