#include "subscriber/complain.h"

#include <sys/uio.h>

#include <array>

#include "subscriber/write_signals_held.h"

namespace ari::subscriber {

void complain(int fd, std::string_view line) {
  const WriteSignalsHeld held;
  const auto piece = [](std::string_view text) {
    return iovec{const_cast<char*>(text.data()), text.size()};
  };
  const std::array whole{piece("ari: "), piece(line), piece("\n")};  // in no memory: it may lack
  // What cannot be written has nobody who would hear of it.
  if (::writev(fd, whole.data(), whole.size()) < 0) return;
}

}  // namespace ari::subscriber
