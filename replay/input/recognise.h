// Which format a log is written in, told from its content.
//
// Looks at a run of lines, because blank lines and the program's own output may come
// first, and because one line may look like another format's.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "replay/input/coverage.h"
#include "replay/input/reader.h"

namespace ari::replay {

struct Recognised {
  std::unique_ptr<Reader> reader;  // null: none of the lines is of a known format
  std::string_view format;         // for Coverage::format
  Facts facts;                     // what the format can tell
  bool certain = false;            // there are lines that can be of no other format
  bool settled = false;            // enough lines agree; more of them would change nothing
  std::string hint;                // no reader: what the input may be instead; may be empty
};

// Tells the format from the beginning of a log. `complete`: it is all of it, so that its
// last line counts although no line end follows.
Recognised recognise(std::string_view beginning, bool complete);

}  // namespace ari::replay
