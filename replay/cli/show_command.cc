#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>

#include "replay/cli/commands.h"
#include "replay/cli/console.h"
#include "replay/cli/folded.h"
#include "replay/cli/make_option.h"
#include "replay/cli/progress.h"
#include "replay/cli/time_options.h"
#include "replay/cli/watch.h"
#include "replay/input/converted_line.h"
#include "replay/input/followed_logs.h"
#include "replay/input/logs.h"
#include "replay/input/source.h"
#include "replay/model/model.h"
#include "replay/report/log_lines.h"
#include "replay/report/merged_show.h"
#include "replay/report/show_view.h"
#include "replay/report/task_selector.h"
#include "replay/report/time_bound.h"
#include "replay/report/words.h"
#include "subscriber/event_kind.h"

namespace ari::replay {

namespace {

// Shows the lines of logs: of one by itself, of several by time with their names in front.
class Shown {
 public:
  Shown(ShowOptions show, const std::vector<std::string>& paths, Console& console) {
    const ShowView::Write write = [&console](std::string& text) {
      console.write(text);
      text.clear();
    };
    if (paths.size() == 1) {
      one_.emplace(std::move(show), write);
    } else {
      several_.emplace(show, short_log_names(paths), write);
    }
  }

  std::vector<RecordSink*> sinks() {
    return one_ ? std::vector<RecordSink*>{&*one_} : several_->sinks();
  }
  void finish() { one_ ? one_->finish() : several_->finish(); }
  bool found_nothing() const { return one_ ? one_->found_nothing() : several_->found_nothing(); }
  bool knows_none() const { return one_ ? one_->knows_none() : several_->knows_none(); }

 private:
  std::optional<ShowView> one_;
  std::optional<MergedShow> several_;
};

template <typename AnyLogs>
std::vector<std::string> paths_of(const AnyLogs& logs, std::size_t count) {
  std::vector<std::string> paths;
  for (std::size_t log = 0; log < count; ++log) paths.push_back(logs.path(log));
  return paths;
}

// What was shown.
struct Showing {
  Coverage coverage;
  bool found_nothing = false;
  bool knows_none = false;  // of the spans and tasks that were asked for
  bool as_uptimes = false;  // its lines have uptimes
};

// Logs of one run are one log; as ari JSONL others follow each other, which is a log again, and
// as text they are merged.
Result<Showing> show_logs(const Options& options, ShowOptions show, Console& console,
                          ReadObserver* observer) {
  Result<Logs> opened = Logs::open(options.logs, observer);
  if (!opened.has_value()) return opened.error();
  Logs& logs = opened.value();
  if (options.logs.size() > 1) show.conditions.start_unix_ns = logs.first_unix_ns();
  const bool as_uptimes = !show.as_jsonl && logs.all_tell_uptimes();
  if (as_uptimes) show.times = subscriber::TextTimes::kUptime;
  const bool in_turn = logs.runs() == 1 || show.as_jsonl;
  Shown shown(std::move(show), paths_of(logs, in_turn ? 1 : logs.runs()), console);
  Coverage coverage =
      in_turn ? logs.read_in_turn(*shown.sinks().front()) : logs.read_merged(shown.sinks());
  shown.finish();
  return Showing{std::move(coverage), shown.found_nothing(), shown.knows_none(), as_uptimes};
}

Result<Showing> follow_logs(const Options& options, ShowOptions show, Console& console) {
  std::optional<Shown> shown;
  Watch watch(console,
              [&] {
                if (shown) shown->finish();
              },
              {});
  Result<FollowedLogs> opened = FollowedLogs::open(options.logs, watch);
  if (!opened.has_value()) return opened.error();
  FollowedLogs& logs = opened.value();
  if (logs.size() > 1) {
    if (show.as_jsonl) {
      return Error{
          "--follow shows several runs as text only: as JSON their lines would be a log "
          "in which the ids of one cannot be told from those of another"};
    }
    show.conditions.start_unix_ns = logs.first_unix_ns();
  }
  shown.emplace(std::move(show), paths_of(logs, logs.size()), console);
  if (const auto error = logs.read(shown->sinks())) return *error;
  shown->finish();
  return Showing{logs.coverage(), shown->found_nothing(), shown->knows_none()};
}

// None of the spans and tasks that were asked for is in the log: what there is to choose from, if
// it can be read again.
int tell_unknown(const Options& options, const Coverage& coverage, Console& console) {
  for (const SpanId span : options.show.spans) {
    console.remark(fmt::format("no span {} in {}", span, escaped(coverage.path)));
  }
  const auto& tasks = options.show.tasks;
  if (tasks.empty()) return kExitUsage;
  const bool again = std::all_of(options.logs.begin(), options.logs.end(), &can_be_read_again);
  const Result<Model> model = again ? fold(options.logs, FoldOptions()) : Result<Model>(Error{});
  int status = options.show.spans.empty() ? kExitDone : kExitUsage;
  for (const TaskSelector& selector : tasks) {
    std::string why =
        fmt::format("no task '{}' in {}", escaped(selector.text), escaped(coverage.path));
    if (model.has_value()) {
      const Result<std::size_t> found = find_task(model.value(), selector);
      if (found.has_value()) continue;  // its beginning is not in the log, which tells its lines
      why = found.error().message;
    }
    console.remark(why);
    status = kExitUsage;
  }
  if (status == kExitDone) {
    console.remark(fmt::format("{}: no line matches", escaped(coverage.path)));
  }
  return status;
}

int run(const Options& options, Console& console) {
  if (options.context > 0 && options.format == Format::kJson) {
    return console.misused("show", "option '--context' means nothing to '--format json'");
  }
  const bool is_log_again =
      options.format == Format::kJson && !options.show.any() && options.grep.empty();
  ShowOptions show{options.show,
                   options.grep,
                   options.context,
                   options.format == Format::kJson,
                   console.colour_depth(options.colour),
                   console.is_terminal()};
  Progress progress;  // who sees the lines go by needs none
  const Result<Showing> showing = options.follow
                                      ? follow_logs(options, std::move(show), console)
                                      : show_logs(options, std::move(show), console,
                                                  console.is_terminal() ? nullptr : &progress);
  progress.finish();
  if (!showing.has_value()) {
    console.remark(showing.error().message);
    return kExitUsage;
  }
  const Coverage& coverage = showing.value().coverage;
  if (!have_uptimes_if_asked(options, coverage, console)) return kExitUsage;
  if (is_log_again) {
    std::string line;
    append_converted_line(coverage, line);
    console.write(line);
  }
  if (!showing.value().as_uptimes) tell_uptimes(coverage, console);
  tell_problems(coverage, console);
  if (showing.value().knows_none) return tell_unknown(options, coverage, console);
  if (showing.value().found_nothing) {
    console.remark(fmt::format("{}: no line matches", escaped(coverage.path)));
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
                   take_bound(o.show.from, o.show.from, o.show.to)),
      value_option("--to", "TIME", "not after", take_bound(o.show.to, o.show.from, o.show.to)),
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
          &run,
          {"--semantics"}};
}

}  // namespace ari::replay
