#include "runtime/net/udp_socket.h"

#include <sys/socket.h>
#include <sys/uio.h>

#include <cerrno>

#include "runtime/io/last_error.h"
#include "runtime/net/addresses.h"
#include "runtime/net/tried.h"

namespace ari::net {

namespace {

using trace::Level;
using trace::Metadata;

constexpr std::string_view kTarget = "ari::net::udp_socket";
constexpr Metadata kResource{trace::kResourceName, kTarget, Level::kTrace, kSocketFields};
constexpr Metadata kOp{trace::kAsyncOpName, kTarget, Level::kTrace, trace::kAsyncOpFields};

constexpr auto kRead = Direction::kRead;
constexpr auto kWrite = Direction::kWrite;
constexpr OperationKind kSend{"UdpSocket::send", "poll_send", kWrite, kOp, &kBytesWritten};
constexpr OperationKind kSendTo{"UdpSocket::send_to", "poll_send_to", kWrite, kOp, &kBytesWritten};
constexpr OperationKind kRecv{"UdpSocket::recv", "poll_recv", kRead, kOp, &kBytesRead};
constexpr OperationKind kRecvFrom{"UdpSocket::recv_from", "poll_recv_from", kRead, kOp,
                                  &kBytesRead};
constexpr OperationKind kPeekFrom{"UdpSocket::peek_from", "poll_peek_from", kRead, kOp, nullptr};
constexpr OperationKind kReadable{"UdpSocket::readable", "poll_recv_ready", kRead, kOp, nullptr};
constexpr OperationKind kWritable{"UdpSocket::writable", "poll_send_ready", kWrite, kOp, nullptr};

// What recvmsg() says; the datagram if that is not negative.
ssize_t receive_from(int fd, io::Buffer buffer, int flags, Datagram& datagram) noexcept {
  sockaddr_storage from{};
  iovec room{buffer.data(), buffer.size()};
  msghdr message{};
  message.msg_name = &from;
  message.msg_namelen = sizeof(from);
  message.msg_iov = &room;
  message.msg_iovlen = 1;
  const ssize_t got = ::recvmsg(fd, &message, flags);
  if (got < 0) return got;
  datagram.bytes = static_cast<std::size_t>(got);
  datagram.truncated = (message.msg_flags & MSG_TRUNC) != 0;
  datagram.from = SocketAddr::from(from).value_or(SocketAddr());
  return got;
}

}  // namespace

UdpSocket UdpSocket::bind(const SocketAddr& local, std::source_location at) {
  Descriptor descriptor = bind_new(SOCK_DGRAM, local.data(), local.size(), "UdpSocket::bind");
  trace::Span span;
  if (trace::subscriber() != nullptr) {
    const std::string bound = local_socket_addr(descriptor.get()).to_string();
    span = open_socket_span(kResource, "UdpSocket", bound, "", at);
  }
  return UdpSocket(Socket(std::move(descriptor), std::move(span)));
}

void UdpSocket::connect(const SocketAddr& peer) {
  if (::connect(native_handle(), peer.data(), peer.size()) == 0) return;
  io::throw_last_error("UdpSocket::connect");
}

Ready UdpSocket::readable() noexcept { return Ready(socket_, kReadable); }
Ready UdpSocket::writable() noexcept { return Ready(socket_, kWritable); }

std::optional<std::size_t> UdpSocket::try_send_to(io::Bytes bytes, const SocketAddr& to) {
  return tried(
      ::sendto(native_handle(), bytes.data(), bytes.size(), MSG_NOSIGNAL, to.data(), to.size()),
      kSendTo.source);
}

std::optional<std::size_t> UdpSocket::try_send(io::Bytes bytes) {
  return tried(::send(native_handle(), bytes.data(), bytes.size(), MSG_NOSIGNAL), kSend.source);
}

std::optional<Datagram> UdpSocket::try_recv_from(io::Buffer buffer) {
  Datagram datagram;
  const ssize_t got = receive_from(native_handle(), buffer, 0, datagram);
  if (!tried(got, kRecvFrom.source)) return std::nullopt;
  return datagram;
}

std::optional<std::size_t> UdpSocket::try_recv(io::Buffer buffer) {
  return tried(::recv(native_handle(), buffer.data(), buffer.size(), 0), kRecv.source);
}

bool UdpSocket::broadcast() const {
  return get_option(native_handle(), SOL_SOCKET, SO_BROADCAST, "broadcast") != 0;
}
void UdpSocket::set_broadcast(bool broadcast) {
  set_option(native_handle(), SOL_SOCKET, SO_BROADCAST, broadcast ? 1 : 0, "set_broadcast");
}

SocketAddr UdpSocket::local_addr() const { return local_socket_addr(native_handle()); }
SocketAddr UdpSocket::peer_addr() const { return peer_socket_addr(native_handle()); }

UdpSend::UdpSend(Socket& socket, io::Bytes bytes) noexcept
    : Operation(socket, kSend), bytes_(bytes) {}
UdpSend::UdpSend(Socket& socket, io::Bytes bytes, const SocketAddr& to) noexcept
    : Operation(socket, kSendTo), bytes_(bytes), to_(to) {}

std::size_t UdpSend::result() const {
  throw_if_failed();
  return bytes_.size();
}

Operation::Attempt UdpSend::attempt(int fd, std::uint64_t& progress) noexcept {
  const sockaddr* to = to_ ? to_->data() : nullptr;
  const socklen_t to_size = to_ ? to_->size() : 0;
  if (::sendto(fd, bytes_.data(), bytes_.size(), MSG_NOSIGNAL, to, to_size) < 0) {
    return failed(errno);
  }
  progress = bytes_.size();
  return Attempt::kDone;
}

UdpReceiveFrom::UdpReceiveFrom(Socket& socket, io::Buffer buffer, Then then) noexcept
    : Operation(socket, then == Then::kTake ? kRecvFrom : kPeekFrom),
      buffer_(buffer),
      then_(then) {}

Datagram UdpReceiveFrom::result() const {
  throw_if_failed();
  return datagram_;
}

Operation::Attempt UdpReceiveFrom::attempt(int fd, std::uint64_t& progress) noexcept {
  const int flags = then_ == Then::kLeave ? MSG_PEEK : 0;
  if (receive_from(fd, buffer_, flags, datagram_) < 0) return failed(errno);
  progress = datagram_.bytes;
  return Attempt::kDone;
}

UdpReceive::UdpReceive(Socket& socket, io::Buffer buffer) noexcept
    : Operation(socket, kRecv), buffer_(buffer) {}

std::size_t UdpReceive::result() const {
  throw_if_failed();
  return received_;
}

Operation::Attempt UdpReceive::attempt(int fd, std::uint64_t& progress) noexcept {
  const ssize_t got = ::recv(fd, buffer_.data(), buffer_.size(), 0);
  if (got < 0) return failed(errno);
  progress = received_ = static_cast<std::size_t>(got);
  return Attempt::kDone;
}

}  // namespace ari::net
