// Complaining: the one line on stderr that says what of a recording could not be had.
#pragma once

#include <string_view>

namespace ari::subscriber {

// Writes "ari: LINE" to the descriptor. Nobody dies of it, also where stderr is a closed
// pipe or a file that may not grow.
void complain(int fd, std::string_view line);

}  // namespace ari::subscriber
