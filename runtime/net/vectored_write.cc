#include "runtime/net/vectored_write.h"

#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace ari::net {

ssize_t BuffersLeft::send(int fd, std::size_t& offered) const noexcept {
  std::array<iovec, 64> parts;  // the kernel takes 1024 at most; of so many few are ever written
  const std::size_t count = std::min(parts.size(), left_.size());
  std::size_t begun = begun_;
  offered = 0;
  for (std::size_t i = 0; i < count; ++i, begun = 0) {
    const io::Bytes bytes = left_[i].after(begun);
    parts[i] = {const_cast<std::byte*>(bytes.data()), bytes.size()};
    offered += bytes.size();
  }
  msghdr message{};
  message.msg_iov = parts.data();
  message.msg_iovlen = count;
  return ::sendmsg(fd, &message, MSG_NOSIGNAL);
}

void BuffersLeft::drop(std::size_t bytes) noexcept {
  begun_ += bytes;
  while (!left_.empty() && begun_ >= left_.front().size()) {
    begun_ -= left_.front().size();
    left_ = left_.subspan(1);
  }
}

std::size_t WriteVectored::result() const {
  throw_if_failed();
  return written_;
}

Operation::Attempt WriteVectored::attempt(int fd, std::uint64_t& progress) noexcept {
  std::size_t offered = 0;
  const ssize_t put = buffers_.send(fd, offered);
  if (put < 0) return failed(errno);
  progress = written_ = static_cast<std::size_t>(put);
  return short_is_last_ && written_ < offered ? Attempt::kDoneShort : Attempt::kDone;
}

Operation::Attempt WriteAllVectored::attempt(int fd, std::uint64_t& progress) noexcept {
  if (left_.empty()) return Attempt::kDone;
  std::size_t offered = 0;
  const ssize_t put = left_.send(fd, offered);
  if (put < 0) return failed(errno);
  progress = static_cast<std::size_t>(put);
  left_.drop(static_cast<std::size_t>(put));
  if (left_.empty()) return Attempt::kDone;
  return short_is_last_ && progress < offered ? Attempt::kMoreShort : Attempt::kMore;
}

}  // namespace ari::net
