// Shell completion scripts, made from the Spec.
#pragma once

#include <string>

#include "replay/cli/options.h"
#include "replay/cli/spec.h"

namespace ari::replay {

// Commands after the program's name, a command's options and the common ones after "-",
// an option's words after it, and files for logs.
std::string completion_script(const ProgramSpec& program, Shell shell);

}  // namespace ari::replay
