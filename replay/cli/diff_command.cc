#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "replay/cli/commands.h"
#include "replay/cli/folded.h"
#include "replay/cli/make_option.h"
#include "replay/cli/time_options.h"
#include "replay/report/diff_view.h"
#include "replay/report/words.h"

namespace ari::replay {

namespace {

int run(const Options& options, Console& console) {
  if (options.log == "-" && options.other_log == "-") {
    return console.misused("diff", "A and B cannot both be standard input");
  }
  Options options_a = options, options_b = options;
  options_a.logs = {options.log};
  options_b.logs = {options.other_log};
  const Model* const a = fold_log(options_a, {.resources = true, .samples = true}, console);
  if (!a) return kExitUsage;
  const Model* const b = fold_log(options_b, {.resources = true, .samples = true}, console);
  if (!b) return kExitUsage;
  Compared compared{options.semantics, a->coverage, b->coverage, true, true, {}, {}};
  compared.by_location = a->coverage.facts.locations && b->coverage.facts.locations;
  compared.rules = {options.threshold_percent,
                    std::max(a->coverage.resolution_ns(), b->coverage.resolution_ns())};
  const auto samples = [&](const Model& model) {
    return LogSamples{kinds_of(model, compared.by_location),
                      compared.by_waits ? ended_waits_of(model) : WaitTable()};
  };
  compared.by_waits = a->coverage.facts.resources && b->coverage.facts.resources;
  compared.comparison = compare(samples(*a), samples(*b), compared.rules);
  print_view(
      options, console, [&](std::string& out) { diff_json(compared, out); },
      [&](const TextStyle& style, std::string& out) {
        diff_text(compared, options.whole_life, style, out);
      });
  return compared.comparison.regressions > 0 ? kExitFindings : kExitDone;
}

// "10%" in whole percent, up to a hundredfold.
Result<std::int64_t> parse_threshold(std::string_view text) {
  constexpr std::int64_t kMost = 10'000;
  std::int64_t percent = -1;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, percent);
  if (error == std::errc() && std::string_view(stop, end) == "%" && percent >= 0 &&
      percent <= kMost) {
    return percent;
  }
  return Error{
      fmt::format("'{}' is no threshold: expected a whole percentage such as 10%", escaped(text))};
}

ArgumentSpec side(std::string_view name, std::string_view help, std::string& into) {
  return {name,
          help,
          {},
          [&into](const std::string& typed) -> std::optional<Error> {
            if (typed.empty()) return Error{"expected the name of a file"};
            into = typed;
            return std::nullopt;
          },
          true};
}

OptionSpec threshold_option(Options& o) {
  OptionSpec option = value_option(
      "--threshold", "PERCENT", "from which change of the median on a verdict is given",
      take_parsed(&parse_threshold, [&o](std::int64_t percent) { o.threshold_percent = percent; }));
  option.fallback = "10%";
  return option;
}

}  // namespace

CommandSpec diff_command(Options& o) {
  return {
      "diff",
      "two runs compared, with an exit status for CI",
      "Tasks are alike if they have the same place of spawn, kind and name but for numbers. For "
      "each kind: how "
      "long a poll took, how long it was waited for, how often a task was woken; for each place "
      "where a timer, lock or channel was made, how long tasks waited for it; and what "
      "became slower, waits longer or wakes more in B. A verdict needs a median that moved by "
      "more than the threshold, and a rank test (Mann-Whitney) that supports a change of more "
      "than the threshold; with fewer than 10 samples on a side it is too few to tell. Exit "
      "status 1 if anything became worse.",
      {side("A", "the log to compare with, as LOG of other commands", o.log),
       side("B", "the log to judge; one of both may be -, standard input", o.other_log)},
      {threshold_option(o),
       flag("--all", "all of many kinds, those without a verdict too", o.whole_life), at_option(o)},
      {{"diff before.jsonl after.jsonl", "has the change made it slower?"},
       {"diff --threshold 25% --format json before.jsonl after.jsonl", "for programs"}},
      {},
      &run};
}

}  // namespace ari::replay
