#include "runtime/net/tcp_listener.h"

#include <cerrno>

#include "runtime/net/addresses.h"

namespace ari::net {

namespace {

using trace::Level;
using trace::Metadata;

constexpr std::string_view kTarget = "ari::net::tcp_listener";
constexpr Metadata kResource{trace::kResourceName, kTarget, Level::kTrace, kSocketFields};
constexpr Metadata kOp{trace::kAsyncOpName, kTarget, Level::kTrace, trace::kAsyncOpFields};

constexpr OperationKind kAccept{"TcpListener::accept", "poll_accept", Direction::kRead, kOp,
                                &kAccepted};

constexpr int kBacklog = 1024;  // connections that wait to be accepted, as in Tokio

}  // namespace

TcpListener TcpListener::bind(const SocketAddr& local, std::source_location at) {
  Descriptor descriptor = bind_new(SOCK_STREAM, local.data(), local.size(), "TcpListener::bind");
  if (::listen(descriptor.get(), kBacklog) != 0) {
    throw std::system_error(errno, std::system_category(), "TcpListener::bind");
  }
  trace::Span span;
  if (trace::subscriber() != nullptr) {
    const std::string bound = local_socket_addr(descriptor.get()).to_string();
    span = open_socket_span(kResource, "TcpListener", bound, "", at);
  }
  return TcpListener(Socket(std::move(descriptor), std::move(span)));
}

SocketAddr TcpListener::local_addr() const { return local_socket_addr(native_handle()); }

TcpAccept::TcpAccept(Socket& listener, std::source_location at) noexcept
    : AcceptOperation(listener, kAccept), at_(at) {}

TcpStream TcpAccept::result() {
  Descriptor connection = take_connection();
  const SocketAddr from = SocketAddr::from(peer()).value_or(SocketAddr());
  return TcpStream(Socket(std::move(connection), TcpStream::open_span(from, at_)));
}

}  // namespace ari::net
