#include "replay/cli/commands.h"
#include "replay/cli/folded.h"
#include "replay/cli/make_option.h"
#include "replay/cli/time_options.h"
#include "replay/report/waits_view.h"

namespace ari::replay {

namespace {

int run(const Options& options, Console& console) {
  FoldOptions fold_options;
  fold_options.resources = true;
  const auto folded = fold_log(options, std::move(fold_options), console);
  if (!folded) return kExitUsage;
  std::string out;
  if (options.format == Format::kJson) {
    waits_json(folded->model, out);
  } else {
    waits_text(folded->model, text_style(options, console), out);
  }
  console.write(out);
  return kExitDone;
}

}  // namespace

CommandSpec waits_command(Options& o) {
  return {
      "waits",
      "who waits for what, who holds it, deadlocks",
      "At the log's end, or at an instant: each task that waits, for what and how long, who "
      "holds the lock, the longest chains of that, and circles. Who has the other end of a "
      "channel or is joined no log tells.",
      {log_argument(o)},
      {at_option(o)},
      {{"waits run.jsonl", "what was it stuck in when it was killed?"},
       {"waits --at 1.5s run.jsonl", "who waited then?"},
       {"waits --format json run.jsonl | jq .deadlocks", "what is stuck for good, for programs"}},
      {},
      &run};
}

}  // namespace ari::replay
