// Reader: one log format's lines turned into Records.
//
// There is one implementation per format, in one file each (ari_jsonl.cc, ari_text.cc,
// console_recording.cc, fmt_json.cc, fmt_full.cc, …); recognise.cc knows them all. A Reader sees
// the lines of one log in order, keeps what it needs from earlier lines, and hands each Record to a
// RecordSink at once. It never throws and never stops: a line it cannot understand
// becomes a Problem, and the next line is read.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include "replay/input/coverage.h"
#include "subscriber/record.h"

namespace ari::replay {

// One line of the input, without its line end (LF or CR LF).
struct Line {
  std::uint64_t number = 0;  // from 1
  std::string_view text;     // valid during the call
  bool ended = true;         // false: the input is over before the line's end was seen
};

class RecordSink {
 public:
  virtual ~RecordSink() = default;
  // The record and what it points to are valid during the call. Its instant is not before 1970.
  virtual void record(const subscriber::Record& record, const Line& line) = 0;
};

// What reading a line came to.
enum class LineUse : std::uint8_t {
  kUsed,     // understood
  kSkipped,  // not understood; the reader has added a Problem to the coverage
  kOther,    // no part of the log, for certain; no Problem
};

// Lines that were understood, at the front of some text.
struct ReadLines {
  std::uint64_t count = 0;
  std::size_t bytes = 0;  // line ends included
};

class Reader {
 public:
  virtual ~Reader() = default;
  // Requires: the line is not blank. `coverage` gets problems, loss and what the log says of
  // itself; the caller counts lines and bytes.
  virtual LineUse read(const Line& line, RecordSink& sink, Coverage& coverage) = 0;

  // Many lines at once, where most of a format's lines are simple: reads those at the front of
  // `text`, which is the input from the beginning of a line on and may end anywhere, up to one that
  // it does not understand at a glance. That one is for read(). `number` is the first line's.
  virtual ReadLines read_simple(std::string_view /*text*/, std::uint64_t /*number*/,
                                RecordSink& /*sink*/, Coverage& /*coverage*/) {
    return {};
  }

  // The next header may be that of a later part of the run that was read so far, of which some is
  // missing in between: then what is open goes on, and the sink is told a kGap of any span. Of
  // formats whose logs have parts.
  virtual void expect_part_behind_gap() {}

  // A blank line, which ends what goes over several lines, or the end of the input.
  virtual void pause(bool /*at_end*/, RecordSink& /*sink*/, Coverage& /*coverage*/) {}
};

}  // namespace ari::replay
