#include "runtime/net/socket_options.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <climits>

#include "runtime/io/last_error.h"

namespace ari::net {

namespace {

struct Option {
  int level, name;
};
Option ttl_of(int fd) {
  const bool is_v6 = get_option(fd, SOL_SOCKET, SO_DOMAIN, "ttl") == AF_INET6;
  return is_v6 ? Option{IPPROTO_IPV6, IPV6_UNICAST_HOPS} : Option{IPPROTO_IP, IP_TTL};
}

}  // namespace

int get_option(int fd, int level, int name, const char* what) {
  int value = 0;
  socklen_t size = sizeof(value);
  if (::getsockopt(fd, level, name, &value, &size) != 0) io::throw_last_error(what);
  return value;
}

void set_option(int fd, int level, int name, int value, const char* what) {
  if (::setsockopt(fd, level, name, &value, sizeof(value)) != 0) io::throw_last_error(what);
}

bool get_nodelay(int fd) { return get_option(fd, IPPROTO_TCP, TCP_NODELAY, "nodelay") != 0; }
void set_nodelay(int fd, bool nodelay) {
  set_option(fd, IPPROTO_TCP, TCP_NODELAY, nodelay ? 1 : 0, "set_nodelay");
}

std::optional<std::chrono::seconds> get_linger(int fd) {
  ::linger value{};
  socklen_t size = sizeof(value);
  if (::getsockopt(fd, SOL_SOCKET, SO_LINGER, &value, &size) != 0) io::throw_last_error("linger");
  if (value.l_onoff == 0) return std::nullopt;
  return std::chrono::seconds(value.l_linger);
}

void set_linger(int fd, std::optional<std::chrono::seconds> linger) {
  const std::int64_t seconds = linger ? linger->count() : 0;
  ::linger value{};
  value.l_onoff = linger ? 1 : 0;
  value.l_linger = static_cast<int>(std::clamp<std::int64_t>(seconds, 0, INT_MAX));
  if (::setsockopt(fd, SOL_SOCKET, SO_LINGER, &value, sizeof(value)) != 0) {
    io::throw_last_error("set_linger");
  }
}

std::uint32_t get_ttl(int fd) {
  const Option ttl = ttl_of(fd);
  return static_cast<std::uint32_t>(get_option(fd, ttl.level, ttl.name, "ttl"));
}

void set_ttl(int fd, std::uint32_t ttl) {
  const Option option = ttl_of(fd);
  set_option(fd, option.level, option.name, static_cast<int>(std::min<std::uint32_t>(ttl, INT_MAX)),
             "set_ttl");
}

}  // namespace ari::net
