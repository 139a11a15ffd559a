// UnixListener: takes connections from within this machine.
//
//   auto listener = ari::net::UnixListener::bind("/run/server.sock");
//   auto stream = co_await listener.accept();
//
// Used as a TcpListener; names are told in unix_addr.h. In logs it is a resource
// "UnixListener" with the field local.addr and the attribute accepted.
#pragma once

#include <source_location>
#include <string_view>

#include "runtime/net/accept_operation.h"
#include "runtime/net/unix_stream.h"

namespace ari::net {

class UnixAccept;

class UnixListener {
 public:
  // Listens from here on; needs no runtime. A path must not exist yet, and stays behind
  // when the listener is gone. Throws std::system_error.
  static UnixListener bind(std::string_view name,
                           std::source_location at = std::source_location::current());

  // A Future that gives the next connection, whose place of making is `at`. Throws
  // std::system_error. One that is dropped has taken no connection.
  UnixAccept accept(std::source_location at = std::source_location::current()) noexcept;

  int native_handle() const noexcept { return socket_.fd(); }

 private:
  explicit UnixListener(Socket socket) noexcept : socket_(std::move(socket)) {}

  Socket socket_;
};

class [[nodiscard("does nothing until it is co_awaited")]] UnixAccept final
    : public AcceptOperation {
 public:
  UnixAccept(Socket& listener, std::source_location at) noexcept;
  UnixStream result() {
    return UnixStream(Socket(take_connection(), UnixStream::open_span("", at_)));
  }

 private:
  const std::source_location at_;
};

inline UnixAccept UnixListener::accept(std::source_location at) noexcept {
  return UnixAccept(socket_, at);
}

}  // namespace ari::net
