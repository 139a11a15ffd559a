#include <fmt/format.h>
#include <re2/re2.h>

#include "replay/cli/commands.h"
#include "replay/cli/console.h"
#include "replay/cli/folded.h"
#include "replay/cli/make_option.h"
#include "replay/cli/progress.h"
#include "replay/cli/time_options.h"
#include "replay/cli/watch.h"
#include "replay/input/log.h"
#include "replay/input/logs.h"
#include "replay/report/log_lines.h"
#include "replay/report/merged_show.h"
#include "replay/report/show_view.h"
#include "replay/report/time_bound.h"
#include "replay/report/words.h"
#include "subscriber/event_kind.h"

namespace ari::replay {

namespace {

// The lines of all the logs, and whether there were any. Logs of one run are one log; as ari
// JSONL others follow each other, which is a log again, and as text they are merged.
Result<Coverage> show_logs(const Options& options, ShowOptions show, bool& found_nothing,
                           Console& console, ReadObserver* observer) {
  const ShowView::Write write = [&](std::string& text) {
    console.write(text);
    text.clear();
  };
  Result<Logs> logs = Logs::open(options.logs, observer);
  if (!logs.has_value()) return logs.error();
  show.conditions.start_unix_ns = logs.value().first_unix_ns();
  if (logs.value().runs() == 1 || show.as_jsonl) {
    ShowView view(std::move(show), write);
    Coverage coverage = logs.value().read_in_turn(view);
    view.finish();
    found_nothing = view.found_nothing();
    return coverage;
  }
  std::vector<std::string> paths;
  for (std::size_t run = 0; run < logs.value().runs(); ++run) {
    paths.push_back(logs.value().path(run));
  }
  MergedShow view(show, short_log_names(paths), write);
  Coverage coverage = logs.value().read_merged(view.sinks());
  view.finish();
  found_nothing = view.found_nothing();
  return coverage;
}

Result<Coverage> show_log(const Options& options, ShowOptions show, bool& found_nothing,
                          Console& console, ReadObserver* observer) {
  if (options.logs.size() > 1) {
    return show_logs(options, std::move(show), found_nothing, console, observer);
  }
  ShowView view(std::move(show), [&](std::string& text) { console.write(text); });
  if (options.follow) {
    Coverage coverage;
    Watch watch(console, [&] { view.finish(); }, {});
    const auto error = follow_log(options.logs.front(), view, watch, coverage);
    view.finish();
    found_nothing = view.found_nothing();
    if (error) return *error;
    return coverage;
  }
  Result<Coverage> coverage = read_log(options.logs.front(), view, observer);
  view.finish();
  found_nothing = view.found_nothing();
  return coverage;
}

int run(const Options& options, Console& console) {
  if (options.follow && !is_one_log(options, console)) return kExitUsage;
  ShowOptions show{options.show,
                   options.grep,
                   options.context,
                   options.format == Format::kJson,
                   console.colour_depth(options.colour),
                   console.is_terminal()};
  bool found_nothing = false;
  Progress progress;  // who sees the lines go by needs none
  const Result<Coverage> coverage = show_log(options, std::move(show), found_nothing, console,
                                             console.is_terminal() ? nullptr : &progress);
  progress.finish();
  if (!coverage.has_value()) {
    console.remark(coverage.error().message);
    return kExitUsage;
  }
  tell_problems(coverage.value(), console);
  if (found_nothing) {
    console.remark(fmt::format("{}: no line matches", escaped(coverage.value().path)));
  }
  return kExitDone;
}

std::optional<Error> check_pattern(const std::string& pattern) {
  const re2::RE2 compiled(pattern, re2::RE2::Quiet);
  if (compiled.ok()) return std::nullopt;
  return Error{
      fmt::format("'{}' is no RE2 pattern: {}", escaped(pattern), escaped(compiled.error()))};
}

std::vector<Choice<EventKinds>> kinds() {
  std::vector<Choice<EventKinds>> out;
  for (const auto& [name, bit] : subscriber::event_kind_names()) out.push_back({name, bit});
  return out;
}

std::vector<OptionSpec> options_of_show(Options& o) {
  OptionSpec grep = value_option("--grep", "RE2", "lines in which the pattern is found",
                                 [&o](const std::string& pattern) {
                                   o.grep.push_back(pattern);
                                   return check_pattern(pattern);
                                 });
  OptionSpec context =
      value_option("--context", "N", "with N lines before and after each (text only)",
                   take_parsed(&parse_whole_number<std::size_t>,
                               [&o](std::size_t lines) { o.context = lines; }));
  context.short_name = "-C";
  context.fallback = "0";
  return {
      repeatable(value_option("--span", "ID", "lines about this span, in it, or about spans in it",
                              take_parsed(&parse_whole_number<SpanId>,
                                          [&o](SpanId id) { o.show.spans.push_back(id); }))),
      repeatable(value_option(
          "--task", "ID", "the same for a task (ID as for 'task'), and what befell its wakers",
          take_parsed(&parse_task_selector,
                      [&o](TaskSelector task) { o.show.tasks.push_back(std::move(task)); }))),
      repeatable(word_option<EventKinds>("--kind", "KIND", kinds(), "",
                                         "lines about spans, or events, of this kind",
                                         [&o](EventKinds kind) { o.show.kinds |= kind; })),
      repeatable(std::move(grep)),
      value_option("--from", "TIME", "not before: an instant in RFC 3339, or as 1.5s of the log",
                   take_parsed(&parse_time_bound, [&o](TimeBound t) { o.show.from = t; })),
      value_option("--to", "TIME", "not after",
                   take_parsed(&parse_time_bound, [&o](TimeBound t) { o.show.to = t; })),
      std::move(context),
      follow_option(o),
  };
}

}  // namespace

CommandSpec show_command(Options& o) {
  return {"show",
          "the log itself in the live colours, or some of its lines",
          "Prints the log as the live stream prints it, whatever format it is in. Each option "
          "narrows what is shown; one that is given several times holds for each of its values. "
          "With --format json the lines are ari JSONL, which is a log again.",
          {log_argument(o)},
          options_of_show(o),
          {{"show run.jsonl", "the stream again"},
           {"show --task \"sleep once\" run.jsonl", "all that concerns one task"},
           {"show --kind waker --from 1.5s --to 2s run.jsonl", "who woke whom, and when"}},
          {},
          &run};
}

}  // namespace ari::replay
