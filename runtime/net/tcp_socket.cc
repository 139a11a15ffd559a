#include "runtime/net/tcp_socket.h"

#include <sys/socket.h>

#include <algorithm>
#include <climits>

#include "runtime/io/last_error.h"
#include "runtime/net/addresses.h"

namespace ari::net {

namespace {

bool get_flag(int fd, int name, const char* what) {
  return get_option(fd, SOL_SOCKET, name, what) != 0;
}
void set_flag(int fd, int name, bool flag, const char* what) {
  set_option(fd, SOL_SOCKET, name, flag ? 1 : 0, what);
}

std::uint32_t get_size(int fd, int name, const char* what) {
  return static_cast<std::uint32_t>(get_option(fd, SOL_SOCKET, name, what));
}
int to_int(std::uint32_t value) {
  return static_cast<int>(std::min<std::uint32_t>(value, INT_MAX));
}

}  // namespace

TcpSocket::TcpSocket(int family) {
  std::error_code error;
  descriptor_ = Socket::make(family, SOCK_STREAM, error);
  if (error) throw std::system_error(error, "TcpSocket");
}

TcpSocket TcpSocket::new_v4() { return TcpSocket(AF_INET); }
TcpSocket TcpSocket::new_v6() { return TcpSocket(AF_INET6); }

bool TcpSocket::reuseaddr() const { return get_flag(native_handle(), SO_REUSEADDR, "reuseaddr"); }
void TcpSocket::set_reuseaddr(bool reuseaddr) {
  set_flag(native_handle(), SO_REUSEADDR, reuseaddr, "set_reuseaddr");
}

bool TcpSocket::reuseport() const { return get_flag(native_handle(), SO_REUSEPORT, "reuseport"); }
void TcpSocket::set_reuseport(bool reuseport) {
  set_flag(native_handle(), SO_REUSEPORT, reuseport, "set_reuseport");
}

bool TcpSocket::keepalive() const { return get_flag(native_handle(), SO_KEEPALIVE, "keepalive"); }
void TcpSocket::set_keepalive(bool keepalive) {
  set_flag(native_handle(), SO_KEEPALIVE, keepalive, "set_keepalive");
}

std::uint32_t TcpSocket::send_buffer_size() const {
  return get_size(native_handle(), SO_SNDBUF, "send_buffer_size");
}
void TcpSocket::set_send_buffer_size(std::uint32_t bytes) {
  set_option(native_handle(), SOL_SOCKET, SO_SNDBUF, to_int(bytes), "set_send_buffer_size");
}

std::uint32_t TcpSocket::recv_buffer_size() const {
  return get_size(native_handle(), SO_RCVBUF, "recv_buffer_size");
}
void TcpSocket::set_recv_buffer_size(std::uint32_t bytes) {
  set_option(native_handle(), SOL_SOCKET, SO_RCVBUF, to_int(bytes), "set_recv_buffer_size");
}

void TcpSocket::bind(const SocketAddr& local) {
  if (::bind(native_handle(), local.data(), local.size()) == 0) return;
  io::throw_last_error("TcpSocket::bind");
}

SocketAddr TcpSocket::local_addr() const { return local_socket_addr(native_handle()); }

TcpListener TcpSocket::listen(std::uint32_t backlog, std::source_location at) && {
  return TcpListener::listen(std::move(descriptor_), to_int(backlog), "TcpSocket::listen", at);
}

}  // namespace ari::net
