#include "subscriber/complain.h"

#include <unistd.h>

#include <string>

#include "subscriber/write_signals_held.h"

namespace ari::subscriber {

void complain(int fd, std::string_view line) {
  const WriteSignalsHeld held;
  const std::string whole = "ari: " + std::string(line) + "\n";
  // What cannot be written has nobody who would hear of it.
  if (::write(fd, whole.data(), whole.size()) < 0) return;
}

}  // namespace ari::subscriber
