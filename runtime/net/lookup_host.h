// lookup_host: the addresses of a host with a name.
//
//   for (const auto& address : co_await ari::net::lookup_host("example.org:80")) …
//
// The system's resolver blocks, so it runs on a thread of the blocking pool, as in Tokio: a task
// of the kind "blocking" in logs, where the wait is told by. A numeric address is given back
// without. Who is dropped meanwhile does not stop the resolver.
#pragma once

#include <cstdint>
#include <string>
#include <system_error>
#include <vector>

#include "runtime/net/socket_addr.h"
#include "runtime/task/task.h"

namespace ari::net {

// Of the errors that lookup_host() throws; their values are getaddrinfo's, EAI_NONAME and so on.
const std::error_category& resolver_category() noexcept;

// At least one, in the order in which the system thinks that they are best tried. Throws
// std::system_error that names the host; std::invalid_argument if `host_and_port` is not HOST:PORT
// or the host's name holds a NUL; and it needs a runtime, as spawn_blocking does.
Task<std::vector<SocketAddr>> lookup_host(std::string host_and_port);
Task<std::vector<SocketAddr>> lookup_host(std::string host, std::uint16_t port);

}  // namespace ari::net
