// Options of a socket, by what they are for. All throw std::system_error.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

namespace ari::net {

// Any option whose value is an int; an error speaks of `what`.
int get_option(int fd, int level, int name, const char* what);
void set_option(int fd, int level, int name, int value, const char* what);

// Whether small writes go out at once.
bool get_nodelay(int fd);
void set_nodelay(int fd, bool nodelay);

// How long closing waits for what is still to be sent; nothing: it does not wait.
std::optional<std::chrono::seconds> get_linger(int fd);
void set_linger(int fd, std::optional<std::chrono::seconds> linger);

// How many routers a packet may pass: of IPv6 its hop limit.
std::uint32_t get_ttl(int fd);
void set_ttl(int fd, std::uint32_t ttl);

}  // namespace ari::net
