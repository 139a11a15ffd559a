// FmtTextLine: one line of fmt's texts, without its colours; and what all these formats
// say when they cannot use it.
//
// A line is coloured as a whole, or only in the fields of its spans: where a program writes
// to a terminal and to a file, both print what the first of them made of a span's fields.
#pragma once

#include <string>
#include <string_view>

#include "replay/input/coverage.h"
#include "replay/input/fault.h"
#include "replay/input/reader.h"
#include "replay/input/sgr.h"

namespace ari::replay {

class FmtTextLine {
 public:
  // `room`: for the line without its colours. Requires: both outlive this.
  FmtTextLine(const Line& line, std::string& room);

  std::string_view plain() const noexcept { return plain_; }

  // The line departs from the format there. `is_ours`: it has a timestamp, so it is meant to
  // be of this format. kOther if it is no part of the log for certain, else it is noted and
  // kSkipped.
  // `may_be_rest`: it may be the rest of a line in which a value holds a line end, whatever
  // it holds; or else `fields_at_end`: see is_other_text().
  LineUse skip(const Fault& fault, bool is_ours, Coverage& coverage, bool fields_at_end = false,
               bool may_be_rest = false) const;

  // Whether nothing of the line is missing; notes it if it has no end, and notes what is
  // not UTF-8.
  bool is_whole(Coverage& coverage) const;

 private:
  void note(Severity severity, const Fault& fault, Coverage& coverage) const;

  const Line& line_;
  bool coloured_;
  std::string_view plain_;
};

}  // namespace ari::replay
