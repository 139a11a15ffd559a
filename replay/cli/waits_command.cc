#include "replay/cli/commands.h"
#include "replay/cli/folded.h"
#include "replay/cli/make_option.h"
#include "replay/cli/time_options.h"
#include "replay/report/waits_view.h"

namespace ari::replay {

namespace {

int run(const Options& options, Console& console) {
  const Folded* const folded =
      fold_and_lint(options, {.resources = true, .only_alive = true}, console);
  if (!folded) return kExitUsage;
  print_view(
      options, console, [&](std::string& out) { waits_json(folded->model, out); },
      [&](const TextStyle& style, std::string& out) {
        waits_text(folded->model, style, out, folded->findings);
      });
  return kExitDone;
}

}  // namespace

CommandSpec waits_command(Options& o) {
  return {
      "waits",
      "who waits for what, who holds it, deadlocks",
      "At the log's end, or at an instant: each task that waits, for what and how long, who "
      "holds the lock, the longest chains of that, and circles. Who has the other end of a "
      "channel no log tells, and who is joined only ari's own.",
      {log_argument(o)},
      {at_option(o)},
      {{"waits run.jsonl", "what was it stuck in when it was killed?"},
       {"waits --at 1.5s run.jsonl", "who waited then?"},
       {"waits --format json run.jsonl | jq .deadlocks", "what is stuck for good, for programs"}},
      {},
      &run};
}

}  // namespace ari::replay
