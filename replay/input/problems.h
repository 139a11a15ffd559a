// Noting what is wrong in the input, and where.
//
// Readers call this for each line they cannot use and for everything odd in the lines
// they can. The first few problems are kept whole, with a piece of the line; the rest
// are counted.
#pragma once

#include <cstddef>
#include <string>

#include "replay/input/coverage.h"
#include "replay/input/reader.h"

namespace ari::replay {

// Something found at byte `offset` of the line (from 0; the line's size: at its end).
void note_problem(Coverage& coverage, Severity severity, const Line& line, std::size_t offset,
                  std::string message);

// Something about the line as a whole, or (line.number 0) about the whole input.
void note_problem(Coverage& coverage, Severity severity, const Line& line, std::string message);

// The first byte of the line that is no UTF-8, if there is one: it is kept all the same.
void note_invalid_utf8(Coverage& coverage, const Line& line);

// What stands at `offset` of `text`, in words for a message: "a string", "'x'",
// "the end of the line".
std::string found_at(std::string_view text, std::size_t offset);

}  // namespace ari::replay
