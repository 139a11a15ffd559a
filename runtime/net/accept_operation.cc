#include "runtime/net/accept_operation.h"

#include <cerrno>
#include <utility>

namespace ari::net {

Operation::Attempt AcceptOperation::attempt(int fd, std::uint64_t& progress) noexcept {
  socklen_t size = sizeof(peer_);
  connection_ = Descriptor(
      ::accept4(fd, reinterpret_cast<sockaddr*>(&peer_), &size, SOCK_NONBLOCK | SOCK_CLOEXEC));
  if (!connection_) {
    // A connection that was gone before it was taken is no error of the listener's.
    return errno == ECONNABORTED ? Attempt::kMore : failed(errno);
  }
  progress = 1;
  return Attempt::kDone;
}

Descriptor AcceptOperation::take_connection() {
  throw_if_failed();
  return std::move(connection_);
}

}  // namespace ari::net
