// TcpStream: a TCP connection.
//
//   auto stream = co_await ari::net::TcpStream::connect("127.0.0.1:8080");
//   co_await stream.write_all("ping\n");
//   char answer[64];
//   std::size_t bytes = co_await stream.read(answer);
//
// What the operations do is told in stream.h. In logs it is a resource "TcpStream" with the
// field peer.addr and the attributes bytes_read and bytes_written.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <source_location>

#include "runtime/net/connect_operation.h"
#include "runtime/net/socket_addr.h"
#include "runtime/net/socket_options.h"
#include "runtime/net/stream.h"
#include "runtime/net/stream_halves.h"

namespace ari::net {

class TcpConnect;

class TcpStream final : public Stream {
 public:
  // A Future that gives the connected stream.
  static TcpConnect connect(SocketAddr peer,
                            std::source_location at = std::source_location::current()) noexcept;

  // Throw std::system_error.
  SocketAddr peer_addr() const;
  SocketAddr local_addr() const;

  // Whether small writes go out at once, rather than wait to be joined by others (Nagle).
  // Off when new. Throw std::system_error, as all options do.
  bool nodelay() const { return get_nodelay(native_handle()); }
  void set_nodelay(bool nodelay) { net::set_nodelay(native_handle(), nodelay); }

  // What the stream's end does with bytes that were not sent yet: nothing (when new), the
  // system sends them later; 0 s, they are thrown away and the peer gets a reset; else the
  // end blocks its thread until they are sent, so long at most.
  std::optional<std::chrono::seconds> linger() const { return get_linger(native_handle()); }
  void set_linger(std::optional<std::chrono::seconds> linger) {
    net::set_linger(native_handle(), linger);
  }

  // How many routers its packets may pass, 1 to 255.
  std::uint32_t ttl() const { return get_ttl(native_handle()); }
  void set_ttl(std::uint32_t ttl) { net::set_ttl(native_handle(), ttl); }

  // Each side as an object of its own (stream_halves.h).
  std::pair<ReadHalf, WriteHalf> split() noexcept { return borrow_halves(*this); }
  std::pair<OwnedReadHalf, OwnedWriteHalf> into_split() && {
    return own_halves(std::make_shared<TcpStream>(std::move(*this)));
  }

 private:
  friend class TcpConnect;
  friend class TcpAccept;
  explicit TcpStream(Socket socket) noexcept;
  static trace::Span open_span(const SocketAddr& peer, std::source_location at) noexcept;
};

class [[nodiscard("does nothing until it is co_awaited")]] TcpConnect final
    : public ConnectOperation {
 public:
  TcpConnect(const SocketAddr& peer, std::source_location at) noexcept
      : TcpConnect(peer, at, std::error_code()) {}
  // With a socket that is made already.
  TcpConnect(Descriptor unconnected, const SocketAddr& peer, std::source_location at) noexcept;
  TcpStream result() { return TcpStream(take_socket()); }

 private:
  TcpConnect(const SocketAddr& peer, std::source_location at, std::error_code no_socket) noexcept;
};

inline TcpConnect TcpStream::connect(SocketAddr peer, std::source_location at) noexcept {
  return TcpConnect(peer, at);
}

}  // namespace ari::net
