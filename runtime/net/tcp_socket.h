// TcpSocket: a TCP socket before it listens or connects, for options that have to be set then.
//
//   auto socket = ari::net::TcpSocket::new_v4();
//   socket.set_reuseaddr(true);
//   socket.set_reuseport(true);                       // several processes share the port
//   socket.bind("0.0.0.0:8080");
//   auto listener = std::move(socket).listen(4096);
//
//   auto from = ari::net::TcpSocket::new_v4();
//   from.bind("10.0.0.7:0");                          // the address to connect from
//   auto stream = co_await std::move(from).connect("10.0.0.1:8080");
//
// TcpListener::bind() and TcpStream::connect() do for most. It needs no runtime, and is in no
// log before it is a TcpListener or a TcpStream. Everything throws std::system_error.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <source_location>

#include "runtime/net/tcp_listener.h"
#include "runtime/net/tcp_stream.h"

namespace ari::net {

class TcpSocket {
 public:
  static TcpSocket new_v4();
  static TcpSocket new_v6();

  // Whether it may be bound to a port at which old connections linger. Off when new.
  bool reuseaddr() const;
  void set_reuseaddr(bool reuseaddr);

  // Whether others that say so too may be bound to the same address: the system shares
  // connections out among those who listen. Off when new.
  bool reuseport() const;
  void set_reuseport(bool reuseport);

  // Whether the system asks a silent peer now and then whether it is still there.
  bool keepalive() const;
  void set_keepalive(bool keepalive);

  // The system's buffers, in bytes. It makes them twice as large as asked, for what it keeps
  // beside the bytes, and says so.
  std::uint32_t send_buffer_size() const;
  void set_send_buffer_size(std::uint32_t bytes);
  std::uint32_t recv_buffer_size() const;
  void set_recv_buffer_size(std::uint32_t bytes);

  // As those of TcpStream.
  bool nodelay() const { return get_nodelay(native_handle()); }
  void set_nodelay(bool nodelay) { net::set_nodelay(native_handle(), nodelay); }
  std::optional<std::chrono::seconds> linger() const { return get_linger(native_handle()); }
  void set_linger(std::optional<std::chrono::seconds> linger) {
    net::set_linger(native_handle(), linger);
  }

  // Its own end, at a free port if `local` names port 0. Of the family it was made for.
  void bind(const SocketAddr& local);
  SocketAddr local_addr() const;

  // Lets up to `backlog` connections wait to be accepted; the system may have a lower limit.
  TcpListener listen(std::uint32_t backlog,
                     std::source_location at = std::source_location::current()) &&;

  // A Future that gives the connected stream.
  TcpConnect connect(const SocketAddr& peer,
                     std::source_location at = std::source_location::current()) && noexcept {
    return TcpConnect(std::move(descriptor_), peer, at);
  }

  int native_handle() const noexcept { return descriptor_.get(); }

 private:
  explicit TcpSocket(int family);

  Descriptor descriptor_;
};

}  // namespace ari::net
