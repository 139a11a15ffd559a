// UnixStream: a connection within this machine.
//
//   auto stream = co_await ari::net::UnixStream::connect("/run/server.sock");
//   auto [here, there] = ari::net::UnixStream::pair();
//
// What the operations do is told in stream.h; names in unix_addr.h. In logs it is a resource
// "UnixStream" with the field peer.addr and the attributes bytes_read and bytes_written.
#pragma once

#include <source_location>
#include <string_view>
#include <utility>

#include "runtime/net/connect_operation.h"
#include "runtime/net/stream.h"
#include "runtime/net/stream_halves.h"
#include "runtime/net/unix_addr.h"

namespace ari::net {

class UnixConnect;

class UnixStream final : public Stream {
 public:
  // A Future that gives the connected stream. It never waits: a listener whose queue is
  // full fails with resource_unavailable_try_again.
  static UnixConnect connect(std::string_view name,
                             std::source_location at = std::source_location::current()) noexcept;

  // Two streams that are connected with each other. Throws std::system_error.
  static std::pair<UnixStream, UnixStream> pair(
      std::source_location at = std::source_location::current());

  // Each side as an object of its own (stream_halves.h).
  std::pair<ReadHalf, WriteHalf> split() noexcept { return borrow_halves(*this); }
  std::pair<OwnedReadHalf, OwnedWriteHalf> into_split() && {
    return own_halves(std::make_shared<UnixStream>(std::move(*this)));
  }

 private:
  friend class UnixConnect;
  friend class UnixAccept;
  explicit UnixStream(Socket socket) noexcept;
  static trace::Span open_span(std::string_view peer, std::source_location at) noexcept;
};

class [[nodiscard("does nothing until it is co_awaited")]] UnixConnect final
    : public ConnectOperation {
 public:
  UnixConnect(std::string_view name, std::source_location at) noexcept
      : UnixConnect(name, at, std::error_code()) {}
  UnixStream result() { return UnixStream(take_socket()); }

 private:
  UnixConnect(std::string_view name, std::source_location at, std::error_code error) noexcept
      : UnixConnect(UnixAddr(name, error), name, at, error) {}
  UnixConnect(const UnixAddr& peer, std::string_view name, std::source_location at,
              std::error_code& no_socket) noexcept;
};

inline UnixConnect UnixStream::connect(std::string_view name, std::source_location at) noexcept {
  return UnixConnect(name, at);
}

}  // namespace ari::net
