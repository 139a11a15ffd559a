// The line at the end of a log that was converted to ari JSONL: what the log that it was made of
// could not tell, and what was worked out there.
//
//   {"at":"…","k":"converted","fields":{"format":"fmt Full","span_ids":false, …
//   ,"lines_guessed":4}}
//
// In text it is an event, with only what that log lacks:
//
//   …  INFO ari::converted: format="fmt Full", span_ids=false, … lines_guessed=4, end_told=false
//
// Without it, what a poor format lacks or was guessed would pass for facts in the converted log,
// and what could not be read of the other one for nothing.
#pragma once

#include <span>
#include <string>

#include "replay/input/coverage.h"
#include "subscriber/record.h"

namespace ari::replay {

// The event's target in text.
inline constexpr std::string_view kConvertedTarget = "ari::converted";

// Appends the line, if that log lacks anything that ari JSONL can tell.
void append_converted_line(const Coverage& coverage, std::string& out);
// The same as text.
void append_converted_event(const Coverage& coverage, std::string& out);

// How the log ended that the one with the line was made of.
struct ConvertedEnd {
  bool is_told = true;  // its format says whether it is complete
  bool torn = false;    // its last line was cut
};

// Puts what such a line tells into the coverage, all but how that log ended, which is returned; of
// further ones in the same file what is true of all of them.
ConvertedEnd read_converted_line(std::span<const subscriber::Field> fields, bool is_first,
                                 Coverage& coverage);

}  // namespace ari::replay
