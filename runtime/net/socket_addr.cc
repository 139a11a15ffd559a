#include "runtime/net/socket_addr.h"

#include <arpa/inet.h>

#include <charconv>
#include <cstring>
#include <stdexcept>

namespace ari::net {

namespace {

// All of `text` as a decimal number.
template <class T>
bool parse_number(std::string_view text, T& number) noexcept {
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  return error == std::errc() && stop == end && !text.empty();
}

bool parse_ip(int family, std::string_view text, void* address) noexcept {
  char copy[INET6_ADDRSTRLEN] = "";
  if (text.size() >= sizeof(copy) || text.find('\0') != text.npos) return false;
  text.copy(copy, text.size());
  return ::inet_pton(family, copy, address) == 1;
}

}  // namespace

SocketAddr::SocketAddr() noexcept {
  std::memset(&v6_, 0, sizeof(v6_));
  v4_.sin_family = AF_INET;
}

SocketAddr::SocketAddr(std::string_view text) {
  const std::optional<SocketAddr> parsed = parse(text);
  if (!parsed) {
    throw std::invalid_argument("ari: not a socket address: \"" + std::string(text) +
                                "\" (expected 127.0.0.1:80 or [::1]:80; names are not looked up)");
  }
  *this = *parsed;
}

std::optional<SocketAddr> SocketAddr::parse(std::string_view text) noexcept {
  const std::size_t colon = text.rfind(':');
  std::uint16_t port = 0;
  if (colon == text.npos || !parse_number(text.substr(colon + 1), port)) return std::nullopt;
  std::string_view ip = text.substr(0, colon);

  SocketAddr address;
  if (!ip.starts_with('[')) {
    address.v4_.sin_port = htons(port);
    if (!parse_ip(AF_INET, ip, &address.v4_.sin_addr)) return std::nullopt;
    return address;
  }
  if (!ip.ends_with(']')) return std::nullopt;
  ip = ip.substr(1, ip.size() - 2);
  address.v6_.sin6_family = AF_INET6;
  address.v6_.sin6_port = htons(port);
  if (const std::size_t percent = ip.find('%'); percent != ip.npos) {
    if (!parse_number(ip.substr(percent + 1), address.v6_.sin6_scope_id)) return std::nullopt;
    ip = ip.substr(0, percent);
  }
  if (!parse_ip(AF_INET6, ip, &address.v6_.sin6_addr)) return std::nullopt;
  return address;
}

std::optional<SocketAddr> SocketAddr::from(const sockaddr_storage& storage) noexcept {
  SocketAddr address;
  if (storage.ss_family == AF_INET) {
    std::memcpy(&address.v4_, &storage, sizeof(address.v4_));
  } else if (storage.ss_family == AF_INET6) {
    std::memcpy(&address.v6_, &storage, sizeof(address.v6_));
  } else {
    return std::nullopt;
  }
  return address;
}

std::uint16_t SocketAddr::port() const noexcept {
  return ntohs(is_v4() ? v4_.sin_port : v6_.sin6_port);
}

std::string SocketAddr::ip() const {
  char text[INET6_ADDRSTRLEN] = "";
  if (is_v4()) return ::inet_ntop(AF_INET, &v4_.sin_addr, text, sizeof(text));
  std::string ip = ::inet_ntop(AF_INET6, &v6_.sin6_addr, text, sizeof(text));
  if (v6_.sin6_scope_id != 0) ip += "%" + std::to_string(v6_.sin6_scope_id);
  return ip;
}

std::string SocketAddr::to_string() const {
  const std::string port_text = std::to_string(port());
  return is_v4() ? ip() + ":" + port_text : "[" + ip() + "]:" + port_text;
}

bool SocketAddr::operator==(const SocketAddr& other) const noexcept {
  if (is_v4() != other.is_v4() || port() != other.port()) return false;
  if (is_v4()) return v4_.sin_addr.s_addr == other.v4_.sin_addr.s_addr;
  return v6_.sin6_scope_id == other.v6_.sin6_scope_id &&
         std::memcmp(&v6_.sin6_addr, &other.v6_.sin6_addr, sizeof(in6_addr)) == 0;
}

}  // namespace ari::net
