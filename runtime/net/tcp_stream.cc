#include "runtime/net/tcp_stream.h"

#include "runtime/net/addresses.h"

namespace ari::net {

namespace {

using trace::Level;
using trace::Metadata;

constexpr std::string_view kTarget = "ari::net::tcp_stream";
constexpr Metadata kResource{trace::kResourceName, kTarget, Level::kTrace, kSocketFields};
constexpr Metadata kOp{trace::kAsyncOpName, kTarget, Level::kTrace, trace::kAsyncOpFields};

constexpr auto kRead = Direction::kRead;
constexpr auto kWrite = Direction::kWrite;
constexpr StreamKinds kKinds{
    .read = {"TcpStream::read", "poll_read", kRead, kOp, &kBytesRead},
    .read_exact = {"TcpStream::read_exact", "poll_read", kRead, kOp, &kBytesRead},
    .write = {"TcpStream::write", "poll_write", kWrite, kOp, &kBytesWritten},
    .write_all = {"TcpStream::write_all", "poll_write", kWrite, kOp, &kBytesWritten},
    .write_vectored = {"TcpStream::write_vectored", "poll_write", kWrite, kOp, &kBytesWritten},
    .write_all_vectored = {"TcpStream::write_all_vectored", "poll_write", kWrite, kOp,
                           &kBytesWritten},
    .readable = {"TcpStream::readable", "poll_read_ready", kRead, kOp, nullptr},
    .writable = {"TcpStream::writable", "poll_write_ready", kWrite, kOp, nullptr},
    .short_is_last = true,
};
constexpr OperationKind kConnect{"TcpStream::connect", "poll_connect", kWrite, kOp, nullptr};

}  // namespace

TcpStream::TcpStream(Socket socket) noexcept : Stream(std::move(socket), kKinds) {}

trace::Span TcpStream::open_span(const SocketAddr& peer, std::source_location at) noexcept {
  if (trace::subscriber() == nullptr) return trace::Span();
  return open_socket_span(kResource, "TcpStream", "", peer.to_string(), at);
}

SocketAddr TcpStream::peer_addr() const { return peer_socket_addr(native_handle()); }
SocketAddr TcpStream::local_addr() const { return local_socket_addr(native_handle()); }

TcpConnect::TcpConnect(const SocketAddr& peer, std::source_location at,
                       std::error_code no_socket) noexcept
    : ConnectOperation(Socket(Socket::make(peer.data()->sa_family, SOCK_STREAM, no_socket),
                              TcpStream::open_span(peer, at)),
                       no_socket, kConnect, peer.data(), peer.size()) {}

TcpConnect::TcpConnect(Descriptor unconnected, const SocketAddr& peer,
                       std::source_location at) noexcept
    : ConnectOperation(Socket(std::move(unconnected), TcpStream::open_span(peer, at)),
                       std::error_code(), kConnect, peer.data(), peer.size()) {}

}  // namespace ari::net
