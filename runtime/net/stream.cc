#include "runtime/net/stream.h"

#include <sys/socket.h>

#include <cerrno>

namespace ari::net {

namespace {

std::optional<std::size_t> moved(ssize_t bytes, std::string_view what) {
  if (bytes >= 0) return static_cast<std::size_t>(bytes);
  if (errno == EAGAIN || errno == EWOULDBLOCK) return std::nullopt;
  throw std::system_error(errno, std::system_category(), std::string(what));
}

}  // namespace

Stream::Stream(Socket socket, const StreamKinds& kinds) noexcept
    : socket_(std::move(socket)), kinds_(&kinds) {}

std::optional<std::size_t> Stream::try_read(io::Buffer buffer) {
  return moved(::recv(socket_.fd(), buffer.data(), buffer.size(), 0), kinds_->read.source);
}

std::optional<std::size_t> Stream::try_write(io::Bytes bytes) {
  return moved(::send(socket_.fd(), bytes.data(), bytes.size(), MSG_NOSIGNAL),
               kinds_->write.source);
}

void Stream::shutdown() {
  // ENOTCONN: the peer was quicker, and has closed all of it.
  if (::shutdown(socket_.fd(), SHUT_WR) == 0 || errno == ENOTCONN) return;
  throw std::system_error(errno, std::system_category(), "shutdown");
}

}  // namespace ari::net
