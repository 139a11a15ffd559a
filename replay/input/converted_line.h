// The line at the end of a log that was converted to ari JSONL: what the log that it was made of
// could not tell, and what was worked out there.
//
//   {"at":"…","k":"converted","fields":{"format":"fmt Full","span_ids":false, …
//   ,"lines_guessed":4}}
//
// Without it, what a poor format lacks or was guessed would pass for facts in the converted log.
#pragma once

#include <span>
#include <string>

#include "replay/input/coverage.h"
#include "subscriber/record.h"

namespace ari::replay {

// Appends the line, if that log lacks anything that ari JSONL can tell.
void append_converted_line(const Coverage& coverage, std::string& out);

// Puts what such a line tells into the coverage; of further ones in the same file what is true of
// all of them.
void read_converted_line(std::span<const subscriber::Field> fields, bool is_first,
                         Coverage& coverage);

}  // namespace ari::replay
