// The texts of --help and --version, made from the Spec. No line is wider than 80 columns.
#pragma once

#include <string>

#include "replay/cli/spec.h"

namespace ari::replay {

std::string program_help(const ProgramSpec& program);
std::string command_help(const ProgramSpec& program, const CommandSpec& command);
std::string usage(const CommandSpec& command);  // "ari-replay task LOG ID [OPTION]..."
std::string version_text();                     // "ari-replay 0.1.0"

}  // namespace ari::replay
