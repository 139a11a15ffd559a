// open_sockets: how many sockets the process has open, so that a test sees whether any is left.
#pragma once

#include <cstddef>
#include <filesystem>
#include <system_error>

namespace ari::stress {

// Epoll instances and the like are not counted: whoever holds a runtime's Handle has them.
inline std::size_t open_sockets() {
  std::size_t count = 0;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
    std::error_code gone;  // the one that reads the folder itself
    const auto target = std::filesystem::read_symlink(entry.path(), gone);
    if (target.string().starts_with("socket:")) ++count;
  }
  return count;
}

}  // namespace ari::stress
