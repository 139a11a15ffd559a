// TakenSignal: a signal that this program has taken over, and how often it came.
//
// For ctrl_c.h and unix.h. The handler counts and rings an eventfd that nobody ever reads: each
// wait has a duplicate of it, registered edge-triggered like a socket, and is told of every
// ring, whichever signal it is for. What counts is the count; so a child process, which shares
// the eventfd, can only ring in vain.
#pragma once

#include <cstdint>
#include <source_location>
#include <system_error>

#include "runtime/net/socket.h"
#include "runtime/trace/metadata.h"

namespace ari::signal {

// Takes it over for the life of the process, if that was not done before: it then no longer does
// what it does by default. A handler that the program had installed before is called as well,
// one that is installed later replaces ours. Any thread.
std::error_code take_over(int number) noexcept;

// How often it came since then. acquire: what was done before the signal was raised is seen.
// Requires: it was taken over.
std::uint64_t times_come(int number) noexcept;

// A resource that is rung at each signal, after take_over(); without a descriptor on error.
net::Socket listen(const trace::Metadata& resource, std::source_location at,
                   std::error_code& error) noexcept;

}  // namespace ari::signal
