#include "replay/report/coverage_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <vector>

#include "replay/input/line_number.h"
#include "replay/input/timestamp.h"
#include "replay/model/duration_text.h"
#include "replay/report/count_line.h"
#include "replay/report/files_text.h"
#include "replay/report/instant_text.h"
#include "replay/report/log_lines.h"
#include "replay/report/words.h"
#include "replay/report/wrap.h"

namespace ari::replay {

namespace {

// What is wrong, a sentence each.
std::vector<std::string> losses(const Coverage& c) {
  std::vector<std::string> out;
  const bool several = !c.files.empty();
  if (several) out = file_losses(c);
  if (c.events_lost > 0 && !several) {
    out.push_back(fmt::format("{} lost by the recorder: counts are lower bounds, times may be off",
                              count_text(c.events_lost, "event", "events")));
  }
  if (c.parts_missing > 0 && !several) {
    out.push_back(parts_missing_text(c.parts_missing, c.part_gaps > 0 || c.recordings > 1));
  } else if (c.part_gaps > 0 && !several) {
    out.push_back(fmt::format("parts of the log that it was made of are missing: {}", kBehindGap));
  }
  if (c.events_missing > 0) {
    out.push_back(fmt::format(
        "lacks {} of those that it says it holds: counts are lower bounds, times may be off",
        count_text(c.events_missing, "event", "events")));
  }
  if (!c.filter.empty()) {
    out.push_back(fmt::format("recorded with ARI_FILTER={}: what it left out is in no figure",
                              escaped(c.filter)));
  }
  if (c.lines_skipped > 0) {
    out.push_back(fmt::format("{} of {} could not be read ({})", count_text(c.lines_skipped),
                              count_text(c.lines, "line", "lines"), size_text(c.bytes_skipped)));
  }
  if (several) {
    // Of each file it is told above.
  } else if (c.torn) {
    out.push_back("the last line is cut: the program died, or is still writing");
  } else if (c.orderly_end == false) {
    out.push_back("the log does not end in good order: the program died, or is still writing");
  }
  // A format without resources shows them as ids that have no beginning: nothing is lost.
  const bool tells_beginnings = c.facts.lifetimes && (c.spans_with_new > 0 || c.facts.polls);
  if (c.news_in_gaps > 0) {
    out.push_back(
        fmt::format("lines are missing within the log: {} began in what is not there; "
                    "polls and wakes are lower bounds, times may be off",
                    count_text(c.news_in_gaps, "span", "spans")));
  }
  if (c.names_skipped > 0) {
    out.push_back(fmt::format("{} left out between the files: lines may be missing",
                              count_text(c.names_skipped, "name is", "names are")));
  }
  if (c.inferred && c.inferred->tasks_unlike_close > 0) {
    out.push_back(fmt::format(
        "the polls of {} come to another time than fmt's close lines tell: lines are missing, or "
        "the clock was set",
        count_text(c.inferred->tasks_unlike_close, "task", "tasks")));
  }
  const std::uint64_t older = c.spans_without_new - std::min(c.news_in_gaps, c.spans_without_new);
  const bool lacks_events = c.news_in_gaps > 0 || c.events_lost > 0 || c.events_missing > 0;
  if (older > 0 && c.facts.resources && tells_beginnings) {
    out.push_back(fmt::format("{} began before the log does{}", count_text(older, "span", "spans"),
                              lacks_events ? ", or in what is missing" : ""));
  }
  if (!c.facts.polls) {
    const bool has_sums = c.inferred && c.inferred->tasks_timed_by_close > 0;
    out.push_back(fmt::format(
        "no span is entered in the log: counts and times of{} polls are missing (fmt writes them "
        "with FmtSpan::FULL)",
        has_sums ? " single" : ""));
  }
  if (c.inferred && c.inferred->wakers_left_out > 0) {
    out.push_back(fmt::format("whose waker it is cannot be told of {}: wakes are lower bounds",
                              count_text(c.inferred->wakers_left_out, "event", "events")));
  }
  if (c.exits_without_enter > 0) {
    out.push_back(
        fmt::format("{} in the log", count_text(c.exits_without_enter, "poll without its beginning",
                                                "polls without their beginning")));
  }
  if (c.enters_without_exit > 0) {
    out.push_back(fmt::format(
        "{} in the log{}",
        count_text(c.enters_without_exit, "poll without its end", "polls without their ends"),
        c.exits_unsettled ? ": counted up to the next end, as the log could be read once only"
                          : ""));
  }
  if (c.clock_steps > 0) {
    out.push_back(fmt::format(
        "the clock went back in {}",
        count_text(c.clock_steps, "interval, which counts as 0", "intervals, which count as 0")));
  }
  if (c.error_ns() > 0) {
    out.push_back(fmt::format(
        "the log's times are whole steps of {0}: each duration may be off by as much, and lints "
        "report only what is above their limits for sure",
        step_text(c.resolution_ns())));
  }
  const std::uint64_t expected = several ? c.files.back().run + 1 : 1;
  if (c.recordings > expected) {
    out.push_back(
        fmt::format("{} {} recordings, one behind the other: {}the program was started anew",
                    expected == 1 ? "the log holds" : "the logs hold", count_text(c.recordings),
                    c.parts_missing > 0 ? "parts are missing in between, or " : ""));
  }
  return out;
}

// "threads, spawn locations", of which the log tells nothing; empty if the format can tell all.
std::string untold(const Coverage& coverage) {
  const Facts& facts = coverage.facts;
  std::string out;
  const auto name = [&](bool told, std::string_view what) {
    if (told) return;
    if (!out.empty()) out += ", ";
    out += what;
  };
  name(facts.span_ids, "span ids");
  name(facts.polls, "polls");
  name(facts.lifetimes, "when spans begin and end");
  name(facts.threads, "threads");
  name(facts.locations, "spawn locations");
  name(facts.targets, "targets");
  name(facts.resources, coverage.spans_without_new == 0
                            ? "resources"
                            : fmt::format("resources ({} without a beginning)",
                                          count_text(coverage.spans_without_new, "span", "spans")));
  name(facts.destroys, "destroy from poll");
  name(facts.outcomes, "how tasks ended");
  name(facts.nanoseconds, "times below " + step_text(coverage.resolution_ns()));
  return out;
}

// What was worked out in place of span ids, a sentence each.
std::vector<std::string> inferences(const Coverage& coverage) {
  std::vector<std::string> out;
  if (coverage.wakes_unclear > 0) {
    out.push_back(fmt::format(
        "by whom tasks are woken: of {} whose thread is not told, {} cannot be told, as several "
        "tasks were polled then",
        count_text(coverage.wakes_without_thread, "wake", "wakes"),
        count_text(coverage.wakes_unclear)));
  }
  const Inferred i = coverage.inferred.value_or(Inferred());
  if (i.wakers_joined + i.wakers_left_out > 0) {
    out.push_back(fmt::format(
        "whose waker it is, from clones in polls: of {}, {} left out ({} {}, {})",
        count_text(i.wakers_joined + i.wakers_left_out, "waker event", "waker events"),
        count_text(i.wakers_left_out), count_text(i.clones_agreeing, "later clone", "later clones"),
        i.clones_agreeing == 1 ? "agrees with it" : "agree with it",
        i.clones_of_others == 1
            ? "1 is of another task"
            : fmt::format("{} are of other tasks", count_text(i.clones_of_others))));
  }
  if (i.tasks_timed_by_close > 0) {
    out.push_back(fmt::format(
        "how long {} busy, from the times in fmt's close lines; the rest counts as idle, though "
        "it was waiting for a poll in part",
        count_text(i.tasks_timed_by_close, "task was", "tasks were")));
  }
  if (i.lines_guessed > 0) {
    out.push_back(fmt::format("which of several spans that look alike: {} by their order only",
                              count_text(i.lines_guessed, "line", "lines")));
  }
  const bool is_fmt = coverage.inferred.has_value();
  const std::uint64_t left_open = i.wakers_left_out + i.lines_guessed + coverage.wakes_unclear;
  if (is_fmt && !coverage.facts.threads && left_open > 0) {
    out.push_back("thread ids (with_thread_ids(true)) would leave less to guess");
  }
  return out;
}

// "3 lines are no part of the log (133 B): what the program prints itself, first line 6,930"
std::string other_text(const Coverage& c) {
  std::string out = fmt::format(
      "{} no part of the log ({}): what the program prints itself, or more of a "
      "message",
      count_text(c.lines_other, "line is", "lines are"), size_text(c.bytes_other));
  if (c.first_other_line == 0) return out;
  const std::string where =
      c.files.empty() ? fmt::format("line {}", count_text(line_in_file(c.first_other_line)))
                      : line_text(c, c.first_other_line);
  return out + fmt::format(", {}{}", c.lines_other == 1 ? "" : "first ", where);
}

// "2026-11-23 12:34:17.946576 to 12:34:19.047147 UTC (1.10s)"
std::string span_of_time(const Coverage& c) {
  const std::int64_t first_ns = *c.first_unix_ns, last_ns = *c.last_unix_ns;
  if (c.time_base == TimeBase::kUptime) {
    return fmt::format("{} to {} since the program's start ({})", uptime_text(first_ns, c),
                       uptime_text(last_ns, c),
                       duration_text(last_ns - first_ns, c.resolution_ns()));
  }
  const std::size_t length = instant_length(c, true);
  const std::string first = to_rfc3339(first_ns), last = to_rfc3339(last_ns);
  const auto date = [](const std::string& t) { return t.substr(0, 10); };
  const auto time = [&](const std::string& t) { return t.substr(11, length - 11); };
  std::string until = time(last);
  if (date(first) != date(last)) until = date(last) + ' ' + until;
  return fmt::format("{} {} to {} UTC ({})", date(first), time(first), until,
                     duration_text(last_ns - first_ns, c.resolution_ns()));
}

// "2026-11-23 12:34:18.446575 UTC, 500ms into the log", and how much of it is left out.
std::string as_of_text(const Coverage& c) {
  const std::int64_t resolution = c.resolution_ns(), at = *c.as_of_unix_ns;
  const std::string instant = to_rfc3339(at);
  const std::size_t length = instant_length(c, true);
  std::string out =
      c.time_base == TimeBase::kUptime
          ? uptime_text(at, c) + " since the program's start"
          : fmt::format("{} {} UTC", instant.substr(0, 10), instant.substr(11, length - 11));
  if (!c.first_unix_ns || !c.last_unix_ns) return out;
  if (at < *c.first_unix_ns) return out + ", before the log begins";
  if (at > *c.last_unix_ns) return out + ", after the log's end: its last state";
  return out + fmt::format(", {} into the log and {} before its end",
                           duration_text(at - *c.first_unix_ns, resolution),
                           duration_text(*c.last_unix_ns - at, resolution));
}

// A line "LABEL  text" with the text wrapped under itself.
void append_labelled(std::string_view label, Role role, std::string_view text,
                     const TextStyle& style, std::string& out) {
  constexpr std::size_t kIndent = 10;
  std::string_view head = label;
  for (const std::string& line : wrap(text, style.width > kIndent ? style.width - kIndent : 1)) {
    style.paint.append(out, Role::kDim, head);
    out.append(kIndent - head.size(), ' ');
    style.paint.append(out, role, line);
    out += '\n';
    head = {};
  }
}

void append_logs(const Coverage& c, const TextStyle& style, std::string& out) {
  if (c.files.empty()) {
    return append_labelled("Log", Role::kHeading, log_name(c, 0), style, out);
  }
  std::string_view label = "Logs";
  for (const std::string& line : file_lines(c)) {
    append_labelled(label, Role::kHeading, line, style, out);
    label = {};
  }
  append_labelled("Merged", Role::kDim, merging_text(c), style, out);
}

std::string read_text(const Coverage& c) {
  std::string out = fmt::format("{} in {}, {}", count_text(c.events, "event", "events"),
                                count_text(c.lines, "line", "lines"), size_text(c.bytes_read));
  if (c.lines_left_out > 0) {
    out += fmt::format("; {} of the lines ({}) were left out when it was converted",
                       count_text(c.lines_left_out), size_text(c.bytes_left_out));
  }
  return out;
}

}  // namespace

void append_loss(const Coverage& coverage, const TextStyle& style, std::string& out) {
  for (const std::string& loss : losses(coverage)) {
    std::string_view mark = "! ";
    for (const std::string& line : wrap(loss, style.width - mark.size())) {
      style.paint.append(out, Role::kWarning, mark);
      out += line;
      out += '\n';
      mark = "  ";
    }
  }
}

void append_as_of(const Coverage& coverage, const TextStyle& style, std::string& out) {
  if (!coverage.as_of_unix_ns) return;
  append_note("As of " + as_of_text(coverage), style, out, Role::kFigure);
}

void append_untold_resources(const Coverage& coverage, const TextStyle& style, std::string& out) {
  if (coverage.facts.resources) return;
  append_note("! the log's format does not tell of resources: " + coverage.format, style, out,
              Role::kWarning);
}

void append_coverage(const Coverage& c, const TextStyle& style, std::string& out) {
  append_logs(c, style, out);
  std::string format = escaped(c.format);
  if (!c.program.empty()) format += " of " + escaped(c.program);
  append_labelled("Format", Role::kPlain, format, style, out);
  if (c.first_unix_ns && c.last_unix_ns) {
    append_labelled("Time", Role::kPlain, span_of_time(c), style, out);
  }
  if (c.as_of_unix_ns) append_labelled("As of", Role::kFigure, as_of_text(c), style, out);
  append_labelled("Read", Role::kPlain, read_text(c), style, out);
  if (c.lines_other > 0) {
    append_labelled("Other", Role::kDim, other_text(c), style, out);
  }
  const auto wrong = losses(c);
  if (wrong.empty()) {
    append_labelled("Loss", Role::kGood,
                    c.orderly_end == true ? "none: the log is complete"
                                          : "none seen; the format does not say where a log ends",
                    style, out);
  }
  std::string_view label = "Loss";
  for (const std::string& loss : wrong) {
    append_labelled(label, Role::kWarning, "! " + loss, style, out);
    label = {};
  }
  if (const std::string missing = untold(c); !missing.empty()) {
    append_labelled("Lacks", Role::kDim, missing, style, out);
  }
  label = "Inferred";
  for (const std::string& inference : inferences(c)) {
    append_labelled(label, Role::kDim, inference, style, out);
    label = {};
  }
}

}  // namespace ari::replay
