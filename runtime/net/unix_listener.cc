#include "runtime/net/unix_listener.h"

#include "runtime/io/last_error.h"
#include "runtime/net/addresses.h"

namespace ari::net {

namespace {

using trace::Level;
using trace::Metadata;

constexpr std::string_view kTarget = "ari::net::unix_listener";
constexpr Metadata kResource{trace::kResourceName, kTarget, Level::kTrace, kSocketFields};
constexpr Metadata kOp{trace::kAsyncOpName, kTarget, Level::kTrace, trace::kAsyncOpFields};

constexpr OperationKind kAccept{"UnixListener::accept", "poll_accept", Direction::kRead, kOp,
                                &kAccepted};

constexpr int kBacklog = 1024;  // connections that wait to be accepted, as in Tokio

}  // namespace

UnixListener UnixListener::bind(std::string_view name, std::source_location at) {
  std::error_code bad_name;
  const UnixAddr address(name, bad_name);
  if (bad_name) throw std::system_error(bad_name, "UnixListener::bind");
  Descriptor descriptor =
      bind_new(SOCK_STREAM, address.data(), address.size(), "UnixListener::bind");
  if (::listen(descriptor.get(), kBacklog) != 0) {
    io::throw_last_error("UnixListener::bind");
  }
  trace::Span span;
  if (trace::subscriber() != nullptr) {
    span = open_socket_span(kResource, "UnixListener", UnixAddr::to_text(name), "", at);
  }
  return UnixListener(Socket(std::move(descriptor), std::move(span)));
}

UnixAccept::UnixAccept(Socket& listener, std::source_location at) noexcept
    : AcceptOperation(listener, kAccept), at_(at) {}

}  // namespace ari::net
