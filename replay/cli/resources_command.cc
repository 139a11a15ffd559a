#include "replay/cli/commands.h"
#include "replay/cli/folded.h"
#include "replay/cli/make_option.h"
#include "replay/cli/time_options.h"
#include "replay/report/resources_view.h"

namespace ari::replay {

namespace {

int run(const Options& options, Console& console) {
  FoldOptions fold_options;
  fold_options.resources = true;
  const auto folded = fold_log(options, std::move(fold_options), console);
  if (!folded) return kExitUsage;
  std::string out;
  if (options.format == Format::kJson) {
    resources_json(folded->model, {options.from}, out);
  } else {
    resources_text(folded->model, {options.from}, text_style(options, console), out);
  }
  console.write(out);
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
