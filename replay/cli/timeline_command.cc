#include "replay/cli/commands.h"
#include "replay/cli/console.h"
#include "replay/cli/folded.h"
#include "replay/cli/make_option.h"
#include "replay/cli/time_options.h"
#include "replay/timeline/rows.h"
#include "replay/timeline/timeline_view.h"

namespace ari::replay {

namespace {

int run(const Options& options, Console& console) {
  Rows rows;
  const std::optional<Coverage> coverage = read_rows(options, rows, console);
  if (!coverage) return kExitUsage;
  tell_problems(*coverage, console);
  const auto& from = options.timeline.from;
  if (from &&
      from->unix_ns(coverage->first_unix_ns.value_or(0)) > coverage->last_unix_ns.value_or(0)) {
    console.remark("that leaves nothing to look at: --from is after the log's end");
    return kExitUsage;
  }
  print_view(
      options, console,
      [&](std::string& out) { timeline_json(rows, *coverage, options.timeline, out); },
      [&](const TextStyle& style, std::string& out) {
        timeline_text(rows, *coverage, options.timeline, style, out);
      });
  return kExitDone;
}

}  // namespace

CommandSpec timeline_command(Options& o) {
  return {
      "timeline",
      "what each task and each thread did when, drawn",
      "One lane for each task and, where the log tells threads, for each thread; the terminal's "
      "width is the time from the log's first event to its last. Times are "
      "corrected ones.",
      {log_argument(o)},
      {value_option("--from", "TIME",
                    "draw from here: an instant in RFC 3339, or as 1.5s of the log",
                    take_bound(o.timeline.from, o.timeline.from, o.timeline.to)),
       value_option("--to", "TIME", "draw up to here",
                    take_bound(o.timeline.to, o.timeline.from, o.timeline.to)),
       flag("--all", "every task, not only the 40 busiest", o.timeline.all)},
      {{"timeline run.jsonl", "the whole run"},
       {"timeline --from 1.5s --to 1.6s run.jsonl", "a tenth of a second, closer"}},
      {},
      &run,
      {"--semantics"}};
}

}  // namespace ari::replay
