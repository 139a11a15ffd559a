#include "replay/cli/commands.h"
#include "replay/cli/folded.h"
#include "replay/cli/make_option.h"
#include "replay/cli/time_options.h"
#include "replay/report/metrics_view.h"

namespace ari::replay {

namespace {

int run(const Options& options, Console& console) {
  MetricsLog log;
  const std::optional<Coverage> coverage = read_asked(options, log, console);
  if (!coverage) return kExitUsage;
  tell_problems(*coverage, console);
  const MetricsOptions view{options.from, options.at, options.whole_life};
  print_view(
      options, console, [&](std::string& out) { metrics_json(log, *coverage, view, out); },
      [&](const TextStyle& style, std::string& out) {
        metrics_text(log, *coverage, view, style, out);
      });
  return kExitDone;
}

}  // namespace

CommandSpec metrics_command(Options& o) {
  std::vector<OptionSpec> options = time_options(o);
  options.push_back(flag("--all", "each of many snapshots, not 40", o.whole_life));
  return {
      "metrics",
      "the runtime's own counts over time",
      "What the runtime counted from one snapshot of its metrics to the next: tasks, polls, how "
      "busy its workers were, queues, steals, blocking jobs; and of each worker. Only programs "
      "on ari's runtime that set metrics_interval put them on record.",
      {log_argument(o)},
      std::move(options),
      {{"metrics run.jsonl", "how busy was it, and when?"},
       {"metrics --format json run.jsonl | jq '.snapshots[-1]'", "all counts at its end"}},
      {},
      &run,
      {"--semantics"}};
}

}  // namespace ari::replay
