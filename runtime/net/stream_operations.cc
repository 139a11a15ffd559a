#include "runtime/net/stream_operations.h"

#include <poll.h>
#include <sys/socket.h>

#include <cerrno>

#include "runtime/io/error.h"

namespace ari::net {

namespace {
// MSG_NOSIGNAL: a peer that has gone is an error of this write, not the end of the program.
ssize_t send_some(int fd, io::Bytes bytes) noexcept {
  return ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
}
ssize_t receive_some(int fd, io::Buffer buffer) noexcept {
  return ::recv(fd, buffer.data(), buffer.size(), 0);
}
}  // namespace

std::size_t Read::result() const {
  throw_if_failed();
  return read_;
}

Operation::Attempt Read::attempt(int fd, std::uint64_t& progress) noexcept {
  if (buffer_.size() == 0) return Attempt::kDone;  // the kernel would wait for what to give none of
  const ssize_t got = receive_some(fd, buffer_);
  if (got < 0) return failed(errno);
  progress = read_ = static_cast<std::size_t>(got);
  const bool is_short = short_is_last_ && read_ != 0 && read_ < buffer_.size();
  return is_short ? Attempt::kDoneShort : Attempt::kDone;
}

Operation::Attempt ReadExact::attempt(int fd, std::uint64_t& progress) noexcept {
  if (left_.size() == 0) return Attempt::kDone;
  const ssize_t got = receive_some(fd, left_);
  if (got < 0) return failed(errno);
  if (got == 0) return fail(io::Errc::kUnexpectedEof);
  progress = static_cast<std::size_t>(got);
  left_ = left_.after(static_cast<std::size_t>(got));
  if (left_.size() == 0) return Attempt::kDone;
  return short_is_last_ ? Attempt::kMoreShort : Attempt::kMore;
}

std::size_t Write::result() const {
  throw_if_failed();
  return written_;
}

Operation::Attempt Write::attempt(int fd, std::uint64_t& progress) noexcept {
  const ssize_t put = send_some(fd, bytes_);
  if (put < 0) return failed(errno);
  progress = written_ = static_cast<std::size_t>(put);
  const bool is_short = short_is_last_ && written_ < bytes_.size();
  return is_short ? Attempt::kDoneShort : Attempt::kDone;
}

Operation::Attempt WriteAll::attempt(int fd, std::uint64_t& progress) noexcept {
  if (left_.size() == 0) return Attempt::kDone;
  const ssize_t put = send_some(fd, left_);
  if (put < 0) return failed(errno);
  progress = static_cast<std::size_t>(put);
  left_ = left_.after(static_cast<std::size_t>(put));
  if (left_.size() == 0) return Attempt::kDone;
  return short_is_last_ ? Attempt::kMoreShort : Attempt::kMore;
}

Operation::Attempt Ready::attempt(int fd, std::uint64_t&) noexcept {
  pollfd asked{fd, direction_ == Direction::kRead ? short{POLLIN | POLLRDHUP} : short{POLLOUT}, 0};
  const int count = ::poll(&asked, 1, 0);
  if (count < 0) return failed(errno);
  return count == 0 ? Attempt::kWouldBlock : Attempt::kDone;
}

}  // namespace ari::net
