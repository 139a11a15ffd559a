#include "replay/cli/commands.h"
#include "replay/cli/folded.h"
#include "replay/cli/make_option.h"
#include "replay/cli/time_options.h"
#include "replay/report/resource_view.h"

namespace ari::replay {

namespace {

int run(const Options& options, Console& console) {
  FoldOptions fold_options;
  fold_options.resources = true;
  fold_options.watch_resource = [&](const Resource& resource) {
    return options.resource.matches(resource);
  };
  const Model* const model = fold_log(options, std::move(fold_options), console);
  if (!model) return kExitUsage;
  const Result<std::size_t> index = find_resource(*model, options.resource);
  if (!index.has_value()) {
    console.remark(index.error().message);
    return kExitUsage;
  }
  const ResourceOptions view{options.from, options.whole_life};
  print_view(
      options, console, [&](std::string& out) { resource_json(*model, index.value(), view, out); },
      [&](const TextStyle& style, std::string& out) {
        resource_text(*model, index.value(), view, style, out);
      });
  return kExitDone;
}

}  // namespace

CommandSpec resource_command(Options& o) {
  std::vector<OptionSpec> options = time_options(o);
  options.push_back(
      flag("--all", "all ops and changes, not only the first and last", o.whole_life));
  return {"resource",
          "one resource: its attributes, ops and changes",
          "Everything the log tells of one resource: what it is, the async ops that use it and "
          "for whom, and what changed in it, when, by whom and in which line of the log.",
          {log_argument(o),
           {"ID",
            "a span id as in the log, a type, or span=7, type=Mutex, line=41",
            {},
            take_parsed(&parse_resource_selector,
                        [&o](ResourceSelector selector) { o.resource = std::move(selector); })}},
          std::move(options),
          {{"resource run.jsonl 5", "the resource with span id 5"},
           {"resource run.jsonl Mutex", "the only mutex there is"},
           {"resource --from 1s --to 1.2s run.jsonl line=41", "what befell it in that time"}},
          {},
          &run};
}

}  // namespace ari::replay
