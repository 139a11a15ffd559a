// Complaining: the one line on stderr that says what of a recording could not be had.
#pragma once

#include <string_view>

namespace ari::subscriber {

// Writes "ari: LINE" to the descriptor. Nobody dies of it: SIGPIPE is kept from killing a
// program whose stderr is a closed pipe.
void complain(int fd, std::string_view line);

}  // namespace ari::subscriber
