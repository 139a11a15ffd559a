#include "runtime/net/connect_operation.h"

#include <cerrno>
#include <cstring>
#include <utility>

namespace ari::net {

ConnectOperation::ConnectOperation(Socket unconnected, const std::error_code& no_socket,
                                   const OperationKind& kind, const void* address,
                                   socklen_t size) noexcept
    : OwnSocket{std::move(unconnected)},
      Operation(OwnSocket::socket, kind),
      no_socket_(no_socket),
      size_(size) {
  std::memcpy(&address_, address, size);
}

Operation::Attempt ConnectOperation::attempt(int fd, std::uint64_t&) noexcept {
  if (no_socket_) return fail(no_socket_);
  // Called again, connect() tells how far it is or with what error it ended.
  if (::connect(fd, reinterpret_cast<const sockaddr*>(&address_), size_) == 0) {
    return Attempt::kDone;
  }
  switch (errno) {
    case EISCONN:
      return Attempt::kDone;
    case EINPROGRESS:
    case EALREADY:
      return Attempt::kWouldBlock;
    case EAGAIN:  // a Unix listener whose queue is full; nothing would tell when it has room
      return fail({EAGAIN, std::system_category()});
    default:
      return failed(errno);
  }
}

Socket ConnectOperation::take_socket() {
  throw_if_failed();
  return std::move(OwnSocket::socket);
}

}  // namespace ari::net
