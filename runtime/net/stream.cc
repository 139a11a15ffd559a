#include "runtime/net/stream.h"

#include <sys/socket.h>

#include <cerrno>

#include "runtime/io/last_error.h"
#include "runtime/net/tried.h"

namespace ari::net {

Stream::Stream(Socket socket, const StreamKinds& kinds) noexcept
    : socket_(std::move(socket)), kinds_(&kinds) {}

std::optional<std::size_t> Stream::try_read(io::Buffer buffer) {
  if (buffer.size() == 0) return 0;
  return tried(::recv(socket_.fd(), buffer.data(), buffer.size(), 0), kinds_->read.source);
}

std::optional<std::size_t> Stream::try_write(io::Bytes bytes) {
  return tried(::send(socket_.fd(), bytes.data(), bytes.size(), MSG_NOSIGNAL),
               kinds_->write.source);
}

void Stream::shutdown() {
  // ENOTCONN: the peer was quicker, and has closed all of it.
  if (::shutdown(socket_.fd(), SHUT_WR) == 0 || errno == ENOTCONN) return;
  io::throw_last_error("shutdown");
}

}  // namespace ari::net
