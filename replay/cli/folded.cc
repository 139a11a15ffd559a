#include "replay/cli/folded.h"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <utility>

#include "replay/cli/progress.h"
#include "replay/input/logs.h"
#include "replay/input/source.h"
#include "replay/report/problems.h"
#include "replay/report/words.h"
#include "replay/timeline/rows.h"
#include "replay/timeline/tracks.h"

namespace ari::replay {

namespace {

// Keeps it for as long as the process lasts.
template <typename Thing>
const Thing* keep(Thing thing) {
  static auto& kept = *new std::deque<Thing>;
  return &kept.emplace_back(std::move(thing));
}

}  // namespace

FoldOptions as_asked(const Options& options, FoldOptions fold_options) {
  fold_options.semantics = options.semantics;
  if (options.at) {
    fold_options.until = [at = *options.at](std::int64_t first_unix_ns) {
      return at.unix_ns(first_unix_ns);
    };
  }
  return fold_options;
}

FoldOptions for_lints(const LintSettings& lints, FoldOptions fold_options) {
  fold_options.deadlocks = lints.level("deadlock") != Level::kAllow ||
                           lints.level("lock-held-across-long-wait") != Level::kAllow;
  return fold_options;
}

std::optional<Coverage> read_asked(const Options& options, RecordSink& sink, Console& console) {
  Progress progress;
  Result<Coverage> coverage = read_logs(options.logs, sink, &progress);
  progress.finish();
  if (!coverage.has_value()) {
    console.remark(coverage.error().message);
    return std::nullopt;
  }
  if (!have_uptimes_if_asked(options, coverage.value(), console)) return std::nullopt;
  return std::move(coverage).value();
}

bool have_uptimes_if_asked(const Options& options, const Coverage& coverage, Console& console) {
  if (coverage.time_base == TimeBase::kUptime || !coverage.first_unix_ns) return true;
  for (const auto* bound : {&options.at, &options.from, &options.show.from, &options.show.to,
                            &options.timeline.from, &options.timeline.to}) {
    if (!*bound || (*bound)->base != TimeBound::Base::kUptime) continue;
    console.remark(
        "a time with a + is an uptime, and this log tells instants: without it, it counts from "
        "the log's start");
    return false;
  }
  return true;
}

std::optional<Coverage> read_rows(const Options& options, Rows& rows, Console& console) {
  Tracks tracks(rows, Foresight::kNone);
  std::optional<Coverage> coverage = read_asked(options, tracks, console);
  if (!coverage) return coverage;
  tracks.finish();
  if (tracks.found_missing().empty()) return coverage;
  if (!std::all_of(options.logs.begin(), options.logs.end(), &can_be_read_again)) {
    tell_unsettled(tracks, console);
    return coverage;
  }
  rows = Rows();
  Tracks again(rows, Foresight::kNone, tracks.found_missing());
  coverage = read_asked(options, again, console);
  again.finish();
  return coverage;
}

void tell_unsettled(const Tracks& tracks, Console& console) {
  if (tracks.found_missing().empty()) return;
  console.remark(fmt::format(
      "ends of polls of {} are not in the log: these polls are drawn up to the next end",
      count_text(tracks.found_missing().size(), "task", "tasks")));
}

void tell_problems(const Coverage& coverage, Console& console) {
  std::string problems;
  append_problems(coverage, problems);
  console.write_error(problems);
}

void tell_uptimes(const Coverage& coverage, Console& console) {
  if (coverage.time_base != TimeBase::kUptime) return;
  console.remark(
      "the log tells how long since the program's start: its lines have times as if that was "
      "1970-01-01T00:00:00Z");
}

const Model* fold_log(const Options& options, FoldOptions fold_options, Console& console) {
  Progress progress;
  fold_options.observer = &progress;
  Result<Model> model = fold(options.logs, as_asked(options, std::move(fold_options)));
  progress.finish();
  if (!model.has_value()) {
    console.remark(model.error().message);
    return nullptr;
  }
  if (!have_uptimes_if_asked(options, model.value().coverage, console)) return nullptr;
  tell_problems(model.value().coverage, console);
  return keep(std::move(model).value());
}

const Folded* fold_and_lint(const Options& options, FoldOptions fold_options, Console& console) {
  return fold_and_lint(options, std::move(fold_options), LintSettings(options.semantics), console);
}

const Folded* fold_and_lint(const Options& options, FoldOptions fold_options,
                            const LintSettings& lints, Console& console) {
  const Model* const model = fold_log(options, for_lints(lints, std::move(fold_options)), console);
  if (!model) return nullptr;
  return keep(Folded{*model, run_lints(*model, lints)});
}

std::optional<std::size_t> asked_task(const Model& model, const Options& options,
                                      Console& console) {
  const Result<std::size_t> index = find_task(model, options.task);
  if (index.has_value()) return index.value();
  console.remark(index.error().message);
  return std::nullopt;
}

TextStyle text_style(const Options& options, const Console& console) {
  return {Paint(console.colour_depth(options.colour)), console.width()};
}

}  // namespace ari::replay
