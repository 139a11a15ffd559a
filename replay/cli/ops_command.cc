#include "replay/cli/commands.h"
#include "replay/cli/folded.h"
#include "replay/cli/make_option.h"
#include "replay/cli/time_options.h"
#include "replay/report/ops_view.h"

namespace ari::replay {

namespace {

int run(const Options& options, Console& console) {
  const Model* const model = fold_log(options, {.resources = true}, console);
  if (!model) return kExitUsage;
  print_view(
      options, console, [&](std::string& out) { ops_json(*model, {options.from}, out); },
      [&](const TextStyle& style, std::string& out) {
        ops_text(*model, {options.from}, style, out);
      });
  return kExitDone;
}

}  // namespace

CommandSpec ops_command(Options& o) {
  return {"ops",
          "the table of async ops: who waits for what",
          "One row for each use of a resource: what it came to, the task that polls it, how long "
          "it took and how much of that in polls. Pending ops are where tasks wait. Total is, as "
          "tokio-console has it, an op's age: from its beginning, polled or not, to its end or the "
          "log's; how long a task has waited in it, see waits.",
          {log_argument(o)},
          time_options(o),
          {{"ops run.jsonl", "all of them, in order of appearance"},
           {"ops --at 1.5s --from 1.5s run.jsonl", "those that are open at that instant"}},
          {},
          &run};
}

}  // namespace ari::replay
