#include <fmt/format.h>

#include "replay/cli/commands.h"
#include "replay/cli/console.h"
#include "replay/cli/destination.h"
#include "replay/cli/make_option.h"
#include "replay/recover/recover.h"
#include "replay/report/show_view.h"
#include "replay/report/words.h"

namespace ari::replay {

namespace {

int run(const Options& options, Console& console) {
  const Result<std::vector<std::string>> logs = logs_of_ring_file(options.log);
  if (!logs.has_value()) {
    console.remark(escaped(logs.error().message));
    return kExitUsage;
  }
  Destination to(options.output, console);
  if (!to.spares({options.log}) || !to.spares(logs.value())) return kExitUsage;
  ShowOptions as_jsonl;
  as_jsonl.as_jsonl = true;
  ShowView lines(std::move(as_jsonl), [&to](std::string& text) { to.write(text); });
  const Result<Recovered> recovered = recover(options.log, lines);
  lines.finish();
  if (!recovered.has_value()) {
    console.remark(escaped(recovered.error().message));
    return kExitUsage;
  }
  const Recovered& r = recovered.value();
  for (const std::string& remark : r.remarks) console.remark(escaped(remark));
  console.remark(fmt::format("{} of {}, and {} that only the rings had",
                             count_text(r.events_of_log, "event", "events"), escaped(r.log_path),
                             count_text(r.events_of_rings)));
  return to.finish() && r.rings_unread == 0 ? kExitDone : kExitUsage;
}

}  // namespace

CommandSpec recover_command(Options& o) {
  return {"recover",
          "a dead program's ring file and log made into one log",
          "A program that was run with ARI=jsonl:run.jsonl,ring:run.ring and killed leaves both "
          "files: the log up to some moment and, in the rings, what it recorded since. This writes "
          "the two as one log in ari JSONL.",
          {{"RING",
            "the ring file; the log is found by it",
            {},
            [&o](const std::string& path) {
              o.log = path;
              return std::optional<Error>();
            },
            true}},
          {output_option(o)},
          {{"recover run.ring --output whole.jsonl", ""}},
          {},
          &run,
          {"--format", "--semantics"}};
}

}  // namespace ari::replay
