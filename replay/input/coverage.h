// Coverage: what the figures of a report rest on.
//
// Filled while a log is read and printed before any figure, so that a log that is torn,
// lossy or poor in facts never passes for a healthy program. Every byte of the input is
// either used or reported: bytes_read = bytes_used + bytes_skipped + bytes_other.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "replay/input/line_number.h"

namespace ari::replay {

enum class Severity : std::uint8_t {
  kInfo,      // worth knowing; nothing is missing
  kDataLoss,  // something of the run is not in the figures
  kError,     // the input could not be read as what it is
};

// Something that was found wrong in the input, and where.
struct Problem {
  Severity severity = Severity::kDataLoss;
  std::uint64_t line = 0;            // from 1; 0: the input as a whole; see line_number.h
  std::uint64_t column = 0;          // byte in the line, from 1; 0: the line as a whole
  std::string message;               // lower case, says what was expected and what was found
  std::string excerpt;               // the piece of the line around the column, raw; may be empty
  std::uint64_t excerpt_column = 0;  // where in `excerpt` the column is, from 1; 0: nowhere
};

// What the log's instants count from. Inside they are nanoseconds since 1970 all the same.
enum class TimeBase : std::uint8_t {
  kUtc,        // they are instants
  kNoZone,     // a day and a time without an offset from UTC, taken for UTC
  kTimeOfDay,  // no day: taken for 1970-01-01 and the days behind it
  kUptime,     // since the program's start, which is taken for 1970-01-01T00:00:00Z
};

// What a log format can tell. A fact that it cannot is left out of views, not guessed.
struct Facts {
  bool span_ids = true;      // which span a line is about; else worked out, see Inferred
  bool lifetimes = true;     // when spans begin and end
  bool polls = true;         // when spans are entered and left
  bool threads = false;      // on which thread something happened
  bool locations = false;    // where tasks were spawned
  bool targets = false;      // the target of each span
  bool resources = false;    // resources, async ops and their state
  bool destroys = false;     // destroy is told from poll
  bool outcomes = false;     // how a task ended
  bool nanoseconds = false;  // times finer than a microsecond
};

// A lock of which it is not certain what happens to it, from the first line on that may be about
// it or about another.
struct GuessedLock {
  std::uint64_t span = 0;  // 0: any lock
  std::int64_t since_unix_ns = 0;
};

// What was worked out because the format tells no span ids, and how well that went. See
// fmt_spans.h and fmt_wakers.h for the rules.
struct Inferred {
  std::uint64_t tasks_learnt = 0;      // tasks whose wakers' id became known
  std::uint64_t wakers_joined = 0;     // waker events whose task is known by it
  std::uint64_t wakers_left_out = 0;   // waker events that count for no task
  std::uint64_t clones_agreeing = 0;   // clones in the poll of the task they were expected to name
  std::uint64_t clones_of_others = 0;  // clones in the poll of another task than they named
  std::uint64_t lines_guessed = 0;     // about one of several spans that look alike, by order
  // The first instant of them; nothing: there are none, or it is not told.
  std::optional<std::int64_t> lines_guessed_since_unix_ns;
  // Tasks of which no enter is in the log, so that fmt's `close` alone tells how long they were
  // busy; and tasks whose enters and exits come to another time than it tells.
  std::uint64_t tasks_timed_by_close = 0;
  std::uint64_t tasks_unlike_close = 0;
  // The first of them that is about what may be a lock or a use of one; nothing: none is.
  std::optional<std::int64_t> locks_guessed_since_unix_ns;
  // Which locks such lines may be about, each once; empty though there are such lines: any.
  std::vector<GuessedLock> guessed_locks;
  static constexpr std::size_t kGuessedLocksKept = 64;
};

// One of several files that were read as one log. What is in its lines is counted in the
// Coverage of the whole too.
struct FileCoverage {
  std::string path;
  std::string format;
  std::string program;            // where the log says so; may be empty
  std::string clock;              // "tsc", "monotonic", where the log says so; may be empty
  std::uint64_t pid = 0;          // 0: the log does not say
  std::uint64_t forked_from = 0;  // the process with a log that it comes from; 0: none, or not said
  std::uint64_t part = 0;         // which part of a log that is cut by size, as it says itself
  std::size_t run = 0;            // files of one run have the same number, from 0
  bool continues = false;         // goes on with what is open in the file before it
  // Between the file before it and this one, or before the run's first one. Of logs without headers
  // names, see skipped_names.h.
  std::uint64_t parts_missing = 0;
  std::optional<std::int64_t> first_unix_ns, last_unix_ns;
  std::uint64_t bytes_read = 0, bytes_skipped = 0;
  std::uint64_t lines = 0, lines_skipped = 0;
  std::uint64_t bytes_other = 0, lines_other = 0;
  std::uint64_t events = 0, events_lost = 0;
  bool torn = false;
  std::optional<bool> orderly_end;
};

struct Coverage {
  std::string path;     // as given; "-" is standard input; of several files those, with ", "
  std::string format;   // "ari JSONL", "ari text", "console recording", "fmt JSON", "fmt Full" …
  std::string program;  // what was recorded, where the log says so; may be empty
  std::string filter;   // what ARI_FILTER let into the log, where the log says so; may be empty
  Facts facts;

  std::uint64_t bytes_read = 0;     // after decompression
  std::uint64_t bytes_used = 0;     // in lines that were understood, line ends included
  std::uint64_t bytes_skipped = 0;  // in lines that were not
  std::uint64_t lines = 0;
  std::uint64_t lines_skipped = 0;
  std::uint64_t lines_skipped_within = 0;  // of these, not the first of a file nor cut at its end
  // Lines that are no part of the log for certain, as what the program prints itself: no loss.
  std::uint64_t lines_other = 0;
  std::uint64_t bytes_other = 0;
  // Of all these, those that were in the log that this one was converted from and are not in it.
  std::uint64_t lines_left_out = 0, bytes_left_out = 0;
  std::uint64_t first_other_line = 0;  // see line_number.h; 0: there is none, or it is not known
  std::uint64_t events = 0;            // spans' news, enters, exits, closes, and events
  std::uint64_t events_lost = 0;       // that the recorder itself says it lost
  // That the log says were written to it, and that are neither in it nor in lines that were
  // skipped.
  std::uint64_t events_missing = 0;
  // Names left out between those of files that go on with each other, behind a pause much longer
  // than any other: of logs that are followed. Of others see FileCoverage::parts_missing.
  std::uint64_t names_skipped = 0;
  // Of a log that is cut by size: before the first part that is there, and between those.
  std::uint64_t parts_missing = 0;
  // How often it goes on behind some of those, or behind a part that lacks its end.
  std::uint64_t part_gaps = 0;
  std::uint64_t recordings = 1;     // logs concatenated in the input
  bool torn = false;                // the last line is cut: the writer died, or is still writing
  std::optional<bool> orderly_end;  // whether the log says that it is complete, if it can say so

  std::optional<std::int64_t> first_unix_ns;  // earliest and latest instant in the log
  std::optional<std::int64_t> last_unix_ns;
  // Of the instants as they are written, where that is a program's choice.
  std::int64_t step_ns = 1;
  TimeBase time_base = TimeBase::kUtc;

  std::optional<Inferred> inferred;  // logs without span ids only
  // The instant that the figures are of, if they are not of the log's end.
  std::optional<std::int64_t> as_of_unix_ns;

  // Several files only: each of them, in the order in which they were read.
  std::vector<FileCoverage> files;
  // Several runs only: each by itself, by FileCoverage::run. Of what the model counts it has what
  // lacks_lines() asks for.
  std::vector<Coverage> runs;

  // Counted by the model while it folds.
  std::uint64_t exits_without_enter = 0;
  std::uint64_t enters_in_gaps = 0;       // of these, of tasks that began in the log
  std::uint64_t enters_without_exit = 0;  // of tasks that were entered anew or closed since
  bool exits_unsettled = false;  // those polls are counted up to the next exit: read once only
  std::uint64_t spans_without_new = 0;  // ids that were used but whose `new` is not in the log
  std::uint64_t news_in_gaps = 0;       // of these, that must have begun after the log did
  std::uint64_t spans_with_new = 0;     // whose `new` is there
  std::uint64_t clock_steps = 0;        // negative intervals, counted as 0
  // Wakes of which the log does not tell the thread, and those of them of which it is not known by
  // whom they are, since several tasks were polled (task_context.h).
  std::uint64_t wakes_without_thread = 0;
  std::uint64_t wakes_unclear = 0;

  std::vector<Problem> problems;       // the first kProblemsKept
  std::uint64_t problems_dropped = 0;  // how many more there were
  static constexpr std::size_t kProblemsKept = 20;

  // Of the run that the line is of: what is missing in others says nothing of it.
  const Coverage& of_run_at(std::uint64_t line) const noexcept {
    const std::size_t file = file_of_line(line);
    return runs.empty() || file >= files.size() ? *this : runs[files[file].run];
  }

  // The smallest difference between instants that the log can tell, a power of ten of nanoseconds.
  std::int64_t resolution_ns() const noexcept {
    constexpr std::int64_t kMicrosecond = 1000;
    return facts.nanoseconds ? 1 : step_ns > kMicrosecond ? step_ns : kMicrosecond;
  }
  // How far a duration in the log may be off, where that is worth a thought: a step of a coarse
  // clock either way.
  std::int64_t error_ns() const noexcept {
    constexpr std::int64_t kMillisecond = 1'000'000;
    return resolution_ns() >= kMillisecond ? resolution_ns() : 0;
  }

  // Whether a line is about one of several spans that look alike, by order, as far as the figures
  // go.
  bool has_guessed_lines() const noexcept {
    if (!inferred || inferred->lines_guessed == 0) return false;
    return !as_of_unix_ns ||
           inferred->lines_guessed_since_unix_ns.value_or(INT64_MIN) <= *as_of_unix_ns;
  }

  // Whether lines are missing within the log, or whole files of it: what looks like one poll, or
  // one wait, may be several.
  bool lacks_lines() const noexcept {
    const auto is_behind_missing = [](const FileCoverage& file) {
      return file.continues && file.parts_missing > 0;
    };
    return events_lost > 0 || events_missing > 0 || lines_skipped_within > 0 || names_skipped > 0 ||
           part_gaps > 0 || enters_in_gaps > 0 || enters_without_exit > 0 || news_in_gaps > 0 ||
           (inferred && inferred->tasks_unlike_close > 0) ||
           std::any_of(files.begin(), files.end(), is_behind_missing);
  }
  // Whether some of the run's events are missing before the log's end, so that what is not there
  // proves nothing.
  bool has_gaps() const noexcept {
    return lacks_lines() || parts_missing > 0 || !filter.empty() ||
           (inferred && inferred->wakers_left_out > 0);
  }
};

}  // namespace ari::replay
