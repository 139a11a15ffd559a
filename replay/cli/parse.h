// Parsing the command line by its Spec.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "replay/cli/spec.h"

namespace ari::replay {

// --help or --version was asked for: what to print.
struct Answer {
  std::string text;
};

// The command line is wrong.
struct UsageError {
  std::string message;  // without the program's name
  std::string command;  // whose help to point to; empty: the program's
};

using Parsed = std::variant<const CommandSpec*, Answer, UsageError>;

// Understands `arguments` (without the program's name). On success all that was given has
// been taken by the spec's Take functions, and the command to run is returned.
Parsed parse_command_line(const ProgramSpec& program, std::vector<std::string> arguments);

}  // namespace ari::replay
