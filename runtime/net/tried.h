// tried: what a system call that must not wait came to.
#pragma once

#include <sys/types.h>

#include <cerrno>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

namespace ari::net {

// How many bytes it moved; nothing if it would have had to wait. Throws std::system_error that
// speaks of `what`. Requires: errno is still that of the call.
inline std::optional<std::size_t> tried(ssize_t result, std::string_view what) {
  if (result >= 0) return static_cast<std::size_t>(result);
  if (errno == EAGAIN || errno == EWOULDBLOCK) return std::nullopt;
  throw std::system_error(errno, std::system_category(), std::string(what));
}

}  // namespace ari::net
