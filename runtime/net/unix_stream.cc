#include "runtime/net/unix_stream.h"

#include "runtime/io/last_error.h"

namespace ari::net {

namespace {

using trace::Level;
using trace::Metadata;

constexpr std::string_view kTarget = "ari::net::unix_stream";
constexpr Metadata kResource{trace::kResourceName, kTarget, Level::kTrace, kSocketFields};
constexpr Metadata kOp{trace::kAsyncOpName, kTarget, Level::kTrace, trace::kAsyncOpFields};

constexpr auto kRead = Direction::kRead;
constexpr auto kWrite = Direction::kWrite;
constexpr StreamKinds kKinds{
    .read = {"UnixStream::read", "poll_read", kRead, kOp, &kBytesRead},
    .read_exact = {"UnixStream::read_exact", "poll_read", kRead, kOp, &kBytesRead},
    .write = {"UnixStream::write", "poll_write", kWrite, kOp, &kBytesWritten},
    .write_all = {"UnixStream::write_all", "poll_write", kWrite, kOp, &kBytesWritten},
    .write_vectored = {"UnixStream::write_vectored", "poll_write", kWrite, kOp, &kBytesWritten},
    .write_all_vectored = {"UnixStream::write_all_vectored", "poll_write", kWrite, kOp,
                           &kBytesWritten},
    .readable = {"UnixStream::readable", "poll_read_ready", kRead, kOp, nullptr},
    .writable = {"UnixStream::writable", "poll_write_ready", kWrite, kOp, nullptr},
    .short_is_last = false,
};
constexpr OperationKind kConnect{"UnixStream::connect", "poll_connect", kWrite, kOp, nullptr};

}  // namespace

UnixStream::UnixStream(Socket socket) noexcept : Stream(std::move(socket), kKinds) {}

trace::Span UnixStream::open_span(std::string_view peer, std::source_location at) noexcept {
  if (trace::subscriber() == nullptr) return trace::Span();
  return open_socket_span(kResource, "UnixStream", "", UnixAddr::to_text(peer), at);
}

std::pair<UnixStream, UnixStream> UnixStream::pair(std::source_location at) {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends) != 0) {
    io::throw_last_error("UnixStream::pair");
  }
  Descriptor here(ends[0]), there(ends[1]);
  return {UnixStream(Socket(std::move(here), open_span("", at))),
          UnixStream(Socket(std::move(there), open_span("", at)))};
}

UnixConnect::UnixConnect(const UnixAddr& peer, std::string_view name, std::source_location at,
                         std::error_code& no_socket) noexcept
    : ConnectOperation(
          Socket(no_socket ? Descriptor() : Socket::make(AF_UNIX, SOCK_STREAM, no_socket),
                 UnixStream::open_span(name, at)),
          no_socket, kConnect, peer.data(), peer.size()) {}

}  // namespace ari::net
