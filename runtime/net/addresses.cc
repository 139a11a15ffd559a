#include "runtime/net/addresses.h"

#include "runtime/io/last_error.h"
#include "runtime/net/socket.h"

namespace ari::net {

namespace {

SocketAddr ip_address(const sockaddr_storage& storage) {
  return SocketAddr::from(storage).value_or(SocketAddr());
}

}  // namespace

sockaddr_storage local_address(int fd) {
  sockaddr_storage storage{};
  socklen_t size = sizeof(storage);
  if (::getsockname(fd, reinterpret_cast<sockaddr*>(&storage), &size) != 0) {
    io::throw_last_error("local_addr");
  }
  return storage;
}

sockaddr_storage peer_address(int fd) {
  sockaddr_storage storage{};
  socklen_t size = sizeof(storage);
  if (::getpeername(fd, reinterpret_cast<sockaddr*>(&storage), &size) != 0) {
    io::throw_last_error("peer_addr");
  }
  return storage;
}

SocketAddr local_socket_addr(int fd) { return ip_address(local_address(fd)); }
SocketAddr peer_socket_addr(int fd) { return ip_address(peer_address(fd)); }

Descriptor bind_new(int type, const sockaddr* address, socklen_t size, const char* what) {
  std::error_code error;
  Descriptor descriptor = Socket::make(address->sa_family, type, error);
  if (error) throw std::system_error(error, what);
  const int yes = 1;
  // A server that was restarted gets its port back although old connections linger.
  const bool reuses = type == SOCK_STREAM && address->sa_family != AF_UNIX;
  if (reuses && ::setsockopt(descriptor.get(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes)) != 0) {
    io::throw_last_error(what);
  }
  if (::bind(descriptor.get(), address, size) != 0) io::throw_last_error(what);
  return descriptor;
}

}  // namespace ari::net
