// SocketAddr: an IP address and a port, "127.0.0.1:8080" or "[::1]:8080".
//
// Numeric addresses only: a name may be several, and the system's resolver blocks; see
// lookup_host.h. A value; compares as the text does.
#pragma once

#include <netinet/in.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ari::net {

class SocketAddr {
 public:
  // Where nobody is: 0.0.0.0:0.
  SocketAddr() noexcept;
  // Throws std::invalid_argument, with what was expected, if `text` is not an address.
  SocketAddr(std::string_view text);
  SocketAddr(const char* text) : SocketAddr(std::string_view(text)) {}

  // A.B.C.D:PORT or [V6]:PORT, where V6 may end in %SCOPE, a number.
  static std::optional<SocketAddr> parse(std::string_view text) noexcept;

  // What the system filled in; nothing if it is of another family.
  static std::optional<SocketAddr> from(const sockaddr_storage& storage) noexcept;

  bool is_v4() const noexcept { return any_.sin6_family == AF_INET; }
  bool is_v6() const noexcept { return !is_v4(); }
  std::uint16_t port() const noexcept;
  // The address without the port and without brackets.
  std::string ip() const;
  std::string to_string() const;

  bool operator==(const SocketAddr& other) const noexcept;

  // For system calls.
  const sockaddr* data() const noexcept { return reinterpret_cast<const sockaddr*>(&any_); }
  socklen_t size() const noexcept { return is_v4() ? sizeof(v4_) : sizeof(v6_); }

 private:
  union {
    sockaddr_in6 any_;  // all have the family in the same place
    sockaddr_in v4_;
    sockaddr_in6 v6_;
  };
};

}  // namespace ari::net
