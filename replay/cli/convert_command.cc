#include <fmt/format.h>

#include <functional>
#include <memory>

#include "replay/cli/commands.h"
#include "replay/cli/console.h"
#include "replay/cli/destination.h"
#include "replay/cli/folded.h"
#include "replay/cli/make_option.h"
#include "replay/cli/progress.h"
#include "replay/convert/chrome_writer.h"
#include "replay/convert/csv_writer.h"
#include "replay/convert/perfetto_writer.h"
#include "replay/input/converted_line.h"
#include "replay/input/logs.h"
#include "replay/report/show_view.h"
#include "replay/report/untold_wakers.h"
#include "replay/timeline/tracks.h"

namespace ari::replay {

namespace {

constexpr std::size_t kBufferBytes = 256 * 1024;

// Hands each record on, and what has come of it to the destination, piece by piece.
class Pump final : public RecordSink {
 public:
  Pump(RecordSink& next, std::string& bytes, Destination& to)
      : next_(next), bytes_(bytes), to_(to) {}

  void record(const subscriber::Record& record, const Line& line) override {
    next_.record(record, line);
    if (bytes_.size() >= kBufferBytes) to_.write(bytes_);
  }

 private:
  RecordSink& next_;
  std::string& bytes_;
  Destination& to_;
};

// A conversion: what takes the records, and what to do when there are no more.
struct Conversion {
  std::unique_ptr<RecordSink> sink;
  std::function<void()> finish;
};

Conversion to_lines(bool as_jsonl, Destination& to) {
  ShowOptions show;
  show.as_jsonl = as_jsonl;
  struct Lines final : RecordSink {
    Lines(ShowOptions show, Destination& to)
        : view(std::move(show), [&to](std::string& out) { to.write(out); }),
          text(view),
          sink(show.as_jsonl ? static_cast<RecordSink&>(view) : text) {}
    void record(const subscriber::Record& record, const Line& line) override {
      sink.record(record, line);
    }
    ShowView view;
    UntoldWakers text;
    RecordSink& sink;
  };
  auto lines = std::make_unique<Lines>(show, to);
  Lines* l = lines.get();
  return {std::move(lines), [l] { l->view.finish(); }};
}

template <typename Writer>
Conversion to_trace(Destination& to, Console& console) {
  struct Trace final : RecordSink {
    explicit Trace(Destination& to) : pump(tracks, writer.out(), to) {}
    void record(const subscriber::Record& record, const Line& line) override {
      pump.record(record, line);
    }
    Writer writer;
    Tracks tracks{writer, Foresight::kUsed};
    Pump pump;
  };
  auto trace = std::make_unique<Trace>(to);
  Trace* t = trace.get();
  return {std::move(trace), [t, &to, &console] {
            t->tracks.finish();
            tell_unsettled(t->tracks, console);
            to.write(t->writer.out());
          }};
}

Conversion to_csv(Destination& to) {
  struct Table final : RecordSink {
    explicit Table(Destination& to) : pump(writer, writer.out(), to) {}
    void record(const subscriber::Record& record, const Line& line) override {
      pump.record(record, line);
    }
    CsvWriter writer;
    Pump pump;
  };
  auto table = std::make_unique<Table>(to);
  Table* t = table.get();
  return {std::move(table), [t, &to] { to.write(t->writer.out()); }};
}

Conversion make_conversion(Target target, Destination& to, Console& console) {
  switch (target) {
    case Target::kJsonl:
    case Target::kText:
      return to_lines(target == Target::kJsonl, to);
    case Target::kPerfetto:
      return to_trace<PerfettoWriter>(to, console);
    case Target::kChrome:
      return to_trace<ChromeWriter>(to, console);
    case Target::kCsv:
      return to_csv(to);
  }
  return {};
}

// Formats without a line that begins a log.
bool mixes_runs(Target target) { return target == Target::kText || target == Target::kCsv; }

int run(const Options& options, Console& console) {
  if (!options.target) {
    return console.misused("convert", "--to is missing: jsonl, text, perfetto, chrome or csv");
  }
  if (*options.target == Target::kPerfetto && options.output.empty() && console.is_terminal()) {
    console.remark("a Perfetto trace is binary; name a file with --output, or redirect it");
    return kExitUsage;
  }
  Destination to(options.output, console);
  if (!to.spares(options.logs)) return kExitUsage;
  Progress progress;
  Result<Logs> logs = Logs::open(options.logs, &progress);
  if (!logs.has_value()) {
    console.remark(logs.error().message);
    return kExitUsage;
  }
  if (logs.value().runs() > 1 && mixes_runs(*options.target)) {
    console.remark(fmt::format(
        "{} cannot tell {} runs apart, each of which has span ids of its own: convert one run at a "
        "time, or to jsonl",
        *options.target == Target::kCsv ? "csv" : "text", logs.value().runs()));
    return kExitUsage;
  }
  const Conversion conversion = make_conversion(*options.target, to, console);
  const Coverage coverage = logs.value().read_in_turn(*conversion.sink);
  progress.finish();
  conversion.finish();
  std::string line;
  if (options.target == Target::kJsonl) append_converted_line(coverage, line);
  if (options.target == Target::kText) append_converted_event(coverage, line);
  to.write(line);
  if (options.target != Target::kJsonl && !coverage.facts.span_ids) {
    console.remark(
        *options.target == Target::kText
            ? "the log has no span ids: what was worked out in their place is not marked line by "
              "line in this format; its last line sums it up"
            : "the log has no span ids: what was worked out in their place is not marked line by "
              "line in this format, and tasks known only from their wakers' ids look like tasks of "
              "their own; --to jsonl keeps both apart");
  }
  tell_uptimes(coverage, console);
  tell_problems(coverage, console);
  return to.finish() ? kExitDone : kExitUsage;
}

}  // namespace

CommandSpec convert_command(Options& o) {
  return {"convert",
          "the log in another format, for other tools",
          "jsonl and text are ari's own formats and logs again. perfetto opens in "
          "ui.perfetto.dev, chrome there and in chrome://tracing: a row for each thread, task and "
          "resource, with arrows from wakes to the polls they caused. csv has one row an event; "
          "text that a spreadsheet would take for a formula has an apostrophe before it.",
          {log_argument(o)},
          {word_option<Target>("--to", "",
                               {{"jsonl", Target::kJsonl},
                                {"text", Target::kText},
                                {"perfetto", Target::kPerfetto},
                                {"chrome", Target::kChrome},
                                {"csv", Target::kCsv}},
                               "", "the format", [&o](Target target) { o.target = target; }),
           output_option(o)},
          {{"convert run.jsonl --to perfetto -o run.pftrace", "to look at in ui.perfetto.dev"},
           {"convert recording.jsonl --to csv", "every event, for a spreadsheet"}},
          {},
          &run,
          {"--format", "--semantics"}};
}

}  // namespace ari::replay
