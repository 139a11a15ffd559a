#include "replay/input/file_source.h"

#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace ari::replay {

FileSource::~FileSource() {
  if (descriptor_ != STDIN_FILENO) ::close(descriptor_);
}

std::size_t FileSource::read(char* to, std::size_t size) {
  for (;;) {
    const ssize_t n = ::read(descriptor_, to, size);
    if (n >= 0) return static_cast<std::size_t>(n);
    if (errno == EINTR) continue;
    fault_ = "cannot be read: " + std::generic_category().message(errno);
    return 0;
  }
}

}  // namespace ari::replay
