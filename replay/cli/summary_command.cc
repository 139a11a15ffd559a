#include <utility>

#include "replay/cli/commands.h"
#include "replay/cli/folded.h"
#include "replay/cli/make_option.h"
#include "replay/cli/print_folded.h"
#include "replay/cli/time_options.h"
#include "replay/report/summary_view.h"
#include "replay/report/worst.h"

namespace ari::replay {

namespace {

int run(const Options& options, Console& console) {
  const LintSettings lints(options.semantics);
  const TaskLints task_lints(lints);
  WorstSoFar worst;
  FoldOptions fold_options = for_lints(lints);
  fold_options.is_worth_keeping = [&](const Model& model, std::size_t task) {
    return worst.may_be_among(model.tasks[task]) || task_lints.find_any(model, task);
  };
  return print_folded(options, std::move(fold_options), console,
                      [&](const Model& model, const TextStyle& style, std::string& out) {
                        const Findings findings = run_lints(model, lints);
                        options.format == Format::kJson ? summary_json(model, findings, out)
                                                        : summary_text(model, findings, style, out);
                        return kExitDone;
                      });
}

}  // namespace

CommandSpec summary_command(Options& o) {
  return {"summary",
          "one screen on the whole run",
          "What the log covers and what is lost, how many tasks there were, how long polls took "
          "and how long tasks waited for them, the worst offenders, findings.",
          {log_argument(o)},
          {at_option(o), follow_option(o)},
          {{"summary run.jsonl", "the first look at any log"},
           {"summary --at 1.5s run.jsonl", "how it stood after a second and a half"},
           {"summary - < run.jsonl.zst", "from standard input, compressed or not"}},
          {},
          &run};
}

}  // namespace ari::replay
