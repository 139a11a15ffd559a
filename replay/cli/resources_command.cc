#include "replay/cli/commands.h"
#include "replay/cli/folded.h"
#include "replay/cli/make_option.h"
#include "replay/cli/time_options.h"
#include "replay/report/resources_view.h"

namespace ari::replay {

namespace {

int run(const Options& options, Console& console) {
  const Model* const model = fold_log(options, {.resources = true}, console);
  if (!model) return kExitUsage;
  print_view(
      options, console, [&](std::string& out) { resources_json(*model, {options.from}, out); },
      [&](const TextStyle& style, std::string& out) {
        resources_text(*model, {options.from}, style, out);
      });
  return kExitDone;
}

}  // namespace

CommandSpec resources_command(Options& o) {
  return {"resources",
          "the table of what tasks wait for",
          "One row a resource (timer, lock, channel): what it is, its attributes, how many async "
          "ops used it, where and by whom it was made. Columns that find no room are left out and "
          "named.",
          {log_argument(o)},
          time_options(o),
          {{"resources run.jsonl", "all of them, in order of appearance"},
           {"resources --at 1.5s run.jsonl", "their attributes at that instant"}},
          {},
          &run};
}

}  // namespace ari::replay
