// ConnectOperation: the connecting of a stream to its peer, whichever the family.
#pragma once

#include <sys/socket.h>

#include "runtime/net/operation.h"
#include "runtime/net/own_socket.h"

namespace ari::net {

class ConnectOperation : private OwnSocket, public Operation {
 protected:
  // `no_socket`: why there is none, which making `unconnected` may set.
  ConnectOperation(Socket unconnected, const std::error_code& no_socket, const OperationKind& kind,
                   const void* address, socklen_t size) noexcept;
  ~ConnectOperation() = default;

  // The connected socket, once; throws if it was not to be.
  Socket take_socket();

 private:
  Attempt attempt(int fd, std::uint64_t& progress) noexcept override;

  const std::error_code no_socket_;
  sockaddr_storage address_;
  const socklen_t size_;
};

}  // namespace ari::net
