#include "runtime/net/tcp_listener.h"

#include "runtime/io/last_error.h"
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
  return listen(std::move(descriptor), kBacklog, "TcpListener::bind", at);
}

TcpListener TcpListener::listen(Descriptor bound, int backlog, const char* what,
                                std::source_location at) {
  if (::listen(bound.get(), backlog) != 0) {
    io::throw_last_error(what);
  }
  trace::Span span;
  if (trace::subscriber() != nullptr) {
    const std::string local = local_socket_addr(bound.get()).to_string();
    span = open_socket_span(kResource, "TcpListener", local, "", at);
  }
  return TcpListener(Socket(std::move(bound), std::move(span)));
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
