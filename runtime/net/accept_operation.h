// AcceptOperation: the taking of one connection from a listener, whichever the family.
#pragma once

#include <sys/socket.h>

#include "runtime/net/operation.h"

namespace ari::net {

class AcceptOperation : public Operation {
 protected:
  using Operation::Operation;
  ~AcceptOperation() = default;

  // The connection, once; throws if there was an error.
  Descriptor take_connection();
  // Who is at its other end.
  const sockaddr_storage& peer() const noexcept { return peer_; }

 private:
  Attempt attempt(int fd, std::uint64_t& progress) noexcept override;

  Descriptor connection_;
  sockaddr_storage peer_{};
};

}  // namespace ari::net
