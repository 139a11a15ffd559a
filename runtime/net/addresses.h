// The addresses of a descriptor's two ends, and of a new one's own end.
#pragma once

#include <sys/socket.h>

#include "runtime/net/descriptor.h"
#include "runtime/net/socket_addr.h"

namespace ari::net {

// Throw std::system_error.
sockaddr_storage local_address(int fd);
sockaddr_storage peer_address(int fd);
// The same for IP sockets.
SocketAddr local_socket_addr(int fd);
SocketAddr peer_socket_addr(int fd);

// A new socket bound to the address, which does not block. Throws std::system_error that
// speaks of `what`.
Descriptor bind_new(int type, const sockaddr* address, socklen_t size, const char* what);

}  // namespace ari::net
