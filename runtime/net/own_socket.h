// OwnSocket: the socket of an operation that has no other to refer to: its first base, so
// that it is there before and after the operation.
#pragma once

#include "runtime/net/socket.h"

namespace ari::net {

struct OwnSocket {
  Socket socket;
};

}  // namespace ari::net
