#include "runtime/net/unix_addr.h"

#include <cstddef>

namespace ari::net {

UnixAddr::UnixAddr(std::string_view name, std::error_code& error) noexcept
    : size_(offsetof(sockaddr_un, sun_path)) {
  address_.sun_family = AF_UNIX;
  const bool is_abstract = name.starts_with('\0');
  if (name.empty() || (!is_abstract && name.find('\0') != name.npos)) {
    error = std::make_error_code(std::errc::invalid_argument);
  } else if (name.size() >= sizeof(address_.sun_path)) {
    error = std::make_error_code(std::errc::filename_too_long);
  } else {
    name.copy(address_.sun_path, name.size());
    // A path is counted with its NUL, an abstract name without.
    size_ += static_cast<socklen_t>(name.size() + (is_abstract ? 0 : 1));
  }
}

std::string UnixAddr::to_text(std::string_view name) {
  std::string text(name);
  if (text.starts_with('\0')) text[0] = '@';
  return text;
}

}  // namespace ari::net
