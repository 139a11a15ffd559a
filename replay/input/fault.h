// Fault: where a line departs from what was expected, and the sentence that says so.
#pragma once

#include <cstddef>
#include <string>

namespace ari::replay {

struct Fault {
  std::size_t offset = 0;  // in the line, from 0; its size: at its end
  std::string message;
};

}  // namespace ari::replay
