#include "replay/input/file_source.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>

namespace ari::replay {

FileSource::~FileSource() {
  if (descriptor_ != STDIN_FILENO) ::close(descriptor_);
}

std::size_t FileSource::read(char* to, std::size_t size) {
  if (head_begin_ == head_end_) return read_descriptor(to, size);
  const std::size_t n = std::min(size, head_end_ - head_begin_);
  std::memcpy(to, head_.data() + head_begin_, n);
  head_begin_ += n;
  return n;
}

std::string_view FileSource::head() {
  while (head_end_ < head_.size()) {
    const std::size_t n = read_descriptor(head_.data() + head_end_, head_.size() - head_end_);
    if (n == 0) break;
    head_end_ += n;
  }
  return {head_.data(), head_end_};
}

std::size_t FileSource::read_descriptor(char* to, std::size_t size) {
  for (;;) {
    const ssize_t n = ::read(descriptor_, to, size);
    if (n >= 0) return static_cast<std::size_t>(n);
    if (errno == EINTR) continue;
    fault_ = "cannot be read: " + std::generic_category().message(errno);
    return 0;
  }
}

}  // namespace ari::replay
