#include "runtime/net/lookup_host.h"

#include <netdb.h>

#include <cerrno>
#include <charconv>
#include <cstring>
#include <memory>
#include <stdexcept>
#include <string_view>

#include "runtime/task/spawn.h"

namespace ari::net {

namespace {

class ResolverCategory final : public std::error_category {
 public:
  const char* name() const noexcept override { return "resolver"; }
  std::string message(int value) const override { return ::gai_strerror(value); }
};

[[noreturn]] void throw_not_found(const std::string& host, std::error_code error) {
  throw std::system_error(error, "ari: no address found for '" + host + "'");
}

// The system would look up what is before a NUL, which is not what the caller may have checked.
void check(const std::string& host) {
  if (host.find('\0') == std::string::npos) return;
  throw std::invalid_argument("ari: a host's name holds a NUL: '" + host + "'");
}

// Blocks.
std::vector<SocketAddr> resolve(const std::string& host, std::uint16_t port) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;  // or each address comes once for every type
  addrinfo* first = nullptr;
  const int error = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &first);
  if (error == EAI_SYSTEM) throw_not_found(host, {errno, std::system_category()});
  if (error != 0) throw_not_found(host, {error, resolver_category()});
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> all(first, &::freeaddrinfo);
  std::vector<SocketAddr> found;
  for (const addrinfo* each = first; each != nullptr; each = each->ai_next) {
    sockaddr_storage storage{};
    std::memcpy(&storage, each->ai_addr, each->ai_addrlen);
    if (auto address = SocketAddr::from(storage)) found.push_back(*address);
  }
  if (found.empty()) throw_not_found(host, {EAI_NONAME, resolver_category()});
  return found;
}

}  // namespace

const std::error_category& resolver_category() noexcept {
  static const ResolverCategory category;
  return category;
}

Task<std::vector<SocketAddr>> lookup_host(std::string host_and_port) {
  if (const auto numeric = SocketAddr::parse(host_and_port)) {
    std::vector<SocketAddr> only{*numeric};
    co_return only;
  }
  const std::size_t colon = host_and_port.rfind(':');
  std::uint16_t port = 0;
  const char* end = host_and_port.data() + host_and_port.size();
  const char* digits = colon == std::string::npos ? end : host_and_port.data() + colon + 1;
  const auto [after, error] = std::from_chars(digits, end, port);
  if (colon == 0 || digits == end || after != end || error != std::errc()) {
    throw std::invalid_argument("ari: expected HOST:PORT, found '" + host_and_port + "'");
  }
  auto found = co_await lookup_host(host_and_port.substr(0, colon), port);
  co_return found;
}

Task<std::vector<SocketAddr>> lookup_host(std::string host, std::uint16_t port) {
  check(host);
  const auto blocks = [host, port] { return resolve(host, port); };
  auto handle = spawn_blocking(blocks);
  auto found = co_await handle;
  co_return found;
}

}  // namespace ari::net
