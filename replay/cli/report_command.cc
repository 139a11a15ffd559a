#include <fmt/format.h>

#include "replay/cli/commands.h"
#include "replay/cli/console.h"
#include "replay/cli/destination.h"
#include "replay/cli/folded.h"
#include "replay/cli/make_option.h"
#include "replay/cli/time_options.h"
#include "replay/input/log_input.h"
#include "replay/input/source.h"
#include "replay/page/page.h"
#include "replay/report/lint_view.h"
#include "replay/report/summary_view.h"
#include "replay/report/tasks_view.h"
#include "replay/report/waits_view.h"
#include "replay/report/words.h"
#include "replay/timeline/rows.h"
#include "replay/timeline/timeline_view.h"

namespace ari::replay {

namespace {

// A browser draws so many without delay, and they take about 30 MB of the page.
constexpr std::size_t kSlicesShown = 400'000;
constexpr WaitsLimits kWaitsShown{2000, 20};

int run(const Options& options, Console& console) {
  for (const std::string& log : options.logs) {
    if (can_be_read_again(log)) continue;
    console.remark(fmt::format("report reads its log twice: {} will not do, name a file",
                               escaped(name_of_input(log))));
    return kExitUsage;
  }
  Destination to(options.output, console);
  if (!to.spares(options.logs)) return kExitUsage;
  FoldOptions fold_options;
  fold_options.resources = true;
  const Folded* const folded = fold_and_lint(options, std::move(fold_options), console);
  if (!folded) return kExitUsage;
  Rows rows;
  const std::optional<Coverage> coverage = read_rows(options, rows, console);
  if (!coverage) return kExitUsage;

  PageData data;
  summary_json(folded->model, folded->findings, data.summary);
  tasks_json(folded->model, folded->findings, options.tasks, data.tasks);
  lint_json(folded->model, folded->findings, data.lint);
  waits_json(folded->model, data.waits, kWaitsShown);
  TimelineOptions timeline;
  timeline.most_slices = kSlicesShown;
  timeline_json(rows, *coverage, timeline, data.timeline);
  std::string page;
  append_page(data, page);
  to.write(page);
  return to.finish() ? kExitDone : kExitUsage;
}

}  // namespace

CommandSpec report_command(Options& o) {
  return {"report",
          "the run as one HTML page",
          "Overview, findings, a timeline to zoom, who waits for whom, the task table, a page for "
          "each task. The page needs no network and no other file; text from the log can never "
          "become markup in it.",
          {log_argument(o)},
          {output_option(o), at_option(o)},
          {{"report run.jsonl --output report.html", ""},
           {"report --at 1.5s run.jsonl --output then.html", "who waited for whom then?"}},
          {},
          &run,
          {"--format"}};
}

}  // namespace ari::replay
