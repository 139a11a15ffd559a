// UdpSocket: datagrams, to and from anybody or, once connected, one peer.
//
//   auto socket = ari::net::UdpSocket::bind("127.0.0.1:0");
//   co_await socket.send_to("ping", "127.0.0.1:9000");
//   char answer[1500];
//   auto got = co_await socket.recv_from(answer);    // got.bytes, got.from, got.truncated
//
// Any number of tasks may send and receive at once, on any threads; each datagram goes to
// one of them. One that is dropped before it is ready has moved nothing. In logs it is a
// resource "UdpSocket" with the field local.addr and the attributes bytes_read and
// bytes_written. Every operation throws std::system_error from its co_await; on a connected
// socket, connection_refused tells of an earlier datagram that nobody wanted.
#pragma once

#include <cstdint>
#include <optional>
#include <source_location>

#include "runtime/io/bytes.h"
#include "runtime/net/operation.h"
#include "runtime/net/socket_addr.h"
#include "runtime/net/socket_options.h"
#include "runtime/net/stream_operations.h"

namespace ari::net {

class UdpSend;
class UdpReceive;
class UdpReceiveFrom;
struct Datagram;

class UdpSocket {
 public:
  // Bound to a free port if `local` names port 0; needs no runtime. Throws std::system_error.
  static UdpSocket bind(const SocketAddr& local,
                        std::source_location at = std::source_location::current());

  // From now on sends to `peer` and receives from it only. Does not wait. Throws
  // std::system_error.
  void connect(const SocketAddr& peer);

  // Futures that give the number of bytes sent: all, or it throws message_size. send()
  // requires a connected socket.
  UdpSend send_to(io::Bytes bytes, const SocketAddr& to) noexcept;
  UdpSend send(io::Bytes bytes) noexcept;

  // Futures for the next datagram, as much of it as the buffer has room for; the rest is
  // lost. recv() gives the number of bytes.
  UdpReceiveFrom recv_from(io::Buffer buffer) noexcept;
  UdpReceive recv(io::Buffer buffer) noexcept;

  // As recv_from(), but leaves the datagram to be received, by this task or another.
  UdpReceiveFrom peek_from(io::Buffer buffer) noexcept;

  // Wait until a datagram, or an error, can be received, or one can be sent.
  Ready readable() noexcept;
  Ready writable() noexcept;

  // The same as send(), recv() and so on without waiting: nothing if they would have to. Throw
  // std::system_error. Not on record.
  std::optional<std::size_t> try_send_to(io::Bytes bytes, const SocketAddr& to);
  std::optional<std::size_t> try_send(io::Bytes bytes);
  std::optional<Datagram> try_recv_from(io::Buffer buffer);
  std::optional<std::size_t> try_recv(io::Buffer buffer);

  // Throw std::system_error, as all options do.
  SocketAddr local_addr() const;
  SocketAddr peer_addr() const;

  // Whether it may send to an address that means everybody on the net. Off when new.
  bool broadcast() const;
  void set_broadcast(bool broadcast);

  // How many routers its packets may pass, 1 to 255.
  std::uint32_t ttl() const { return get_ttl(native_handle()); }
  void set_ttl(std::uint32_t ttl) { net::set_ttl(native_handle(), ttl); }

  int native_handle() const noexcept { return socket_.fd(); }

 private:
  explicit UdpSocket(Socket socket) noexcept : socket_(std::move(socket)) {}

  Socket socket_;
};

// A datagram that was received.
struct Datagram {
  std::size_t bytes = 0;   // in the buffer
  bool truncated = false;  // it had more, which is lost
  SocketAddr from;
};

class [[nodiscard("does nothing until it is co_awaited")]] UdpSend final : public Operation {
 public:
  UdpSend(Socket& socket, io::Bytes bytes) noexcept;
  UdpSend(Socket& socket, io::Bytes bytes, const SocketAddr& to) noexcept;
  std::size_t result() const;

 private:
  Attempt attempt(int fd, std::uint64_t& progress) noexcept override;
  const io::Bytes bytes_;
  const std::optional<SocketAddr> to_;
};

class [[nodiscard("does nothing until it is co_awaited")]] UdpReceiveFrom final : public Operation {
 public:
  enum class Then : std::uint8_t {
    kTake,
    kLeave,  // only looks
  };
  UdpReceiveFrom(Socket& socket, io::Buffer buffer, Then then) noexcept;
  Datagram result() const;

 private:
  Attempt attempt(int fd, std::uint64_t& progress) noexcept override;
  const io::Buffer buffer_;
  const Then then_;
  Datagram datagram_;
};

class [[nodiscard("does nothing until it is co_awaited")]] UdpReceive final : public Operation {
 public:
  UdpReceive(Socket& socket, io::Buffer buffer) noexcept;
  std::size_t result() const;

 private:
  Attempt attempt(int fd, std::uint64_t& progress) noexcept override;
  const io::Buffer buffer_;
  std::size_t received_ = 0;
};

inline UdpSend UdpSocket::send_to(io::Bytes bytes, const SocketAddr& to) noexcept {
  return UdpSend(socket_, bytes, to);
}
inline UdpSend UdpSocket::send(io::Bytes bytes) noexcept { return UdpSend(socket_, bytes); }
inline UdpReceiveFrom UdpSocket::recv_from(io::Buffer buffer) noexcept {
  return UdpReceiveFrom(socket_, buffer, UdpReceiveFrom::Then::kTake);
}
inline UdpReceiveFrom UdpSocket::peek_from(io::Buffer buffer) noexcept {
  return UdpReceiveFrom(socket_, buffer, UdpReceiveFrom::Then::kLeave);
}
inline UdpReceive UdpSocket::recv(io::Buffer buffer) noexcept {
  return UdpReceive(socket_, buffer);
}

}  // namespace ari::net
