// UnixAddr: the name of a Unix socket: a path, or an abstract name.
//
// An abstract name begins with a NUL byte, is in no file system, and goes with its
// listener. In text, and so in logs, that NUL is an '@'. Unnamed ends have an empty one.
#pragma once

#include <sys/socket.h>
#include <sys/un.h>

#include <string>
#include <string_view>
#include <system_error>

namespace ari::net {

class UnixAddr {
 public:
  // Unnamed, with `error` set, if the name is empty, longer than the 107 bytes that the
  // system has room for, or a path with a NUL byte in it.
  UnixAddr(std::string_view name, std::error_code& error) noexcept;

  static std::string to_text(std::string_view name);

  const sockaddr* data() const noexcept { return reinterpret_cast<const sockaddr*>(&address_); }
  socklen_t size() const noexcept { return size_; }

 private:
  sockaddr_un address_{};
  socklen_t size_;
};

}  // namespace ari::net
