// TcpListener: takes TCP connections.
//
//   auto listener = ari::net::TcpListener::bind("127.0.0.1:8080");
//   while (true) {
//     auto stream = co_await listener.accept();
//     ari::spawn(serve(std::move(stream)));
//   }
//
// Any number of tasks may accept at once, on any threads; each connection goes to one of
// them. In logs it is a resource "TcpListener" with the field local.addr and the attribute
// accepted, and one async op "TcpListener::accept" for each accept().
#pragma once

#include <source_location>

#include "runtime/net/accept_operation.h"
#include "runtime/net/socket_addr.h"
#include "runtime/net/tcp_stream.h"

namespace ari::net {

class TcpAccept;

class TcpListener {
 public:
  // Listens from here on, at a free port if `local` names port 0; needs no runtime. A port
  // that was in use a moment ago may be taken again (SO_REUSEADDR). Throws std::system_error.
  static TcpListener bind(const SocketAddr& local,
                          std::source_location at = std::source_location::current());

  // A Future that gives the next connection, whose place of making is `at`. Throws
  // std::system_error; with too_many_files_open it would throw again at once, so give
  // others time to close theirs. One that is dropped has taken no connection.
  TcpAccept accept(std::source_location at = std::source_location::current()) noexcept;

  // Throws std::system_error.
  SocketAddr local_addr() const;

  int native_handle() const noexcept { return socket_.fd(); }

 private:
  friend class TcpSocket;
  explicit TcpListener(Socket socket) noexcept : socket_(std::move(socket)) {}
  // Of a descriptor that is bound. An error speaks of `what`.
  static TcpListener listen(Descriptor bound, int backlog, const char* what,
                            std::source_location at);

  Socket socket_;
};

class [[nodiscard("does nothing until it is co_awaited")]] TcpAccept final
    : public AcceptOperation {
 public:
  TcpAccept(Socket& listener, std::source_location at) noexcept;
  TcpStream result();

 private:
  const std::source_location at_;
};

inline TcpAccept TcpListener::accept(std::source_location at) noexcept {
  return TcpAccept(socket_, at);
}

}  // namespace ari::net
