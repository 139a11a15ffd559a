// Socket: what every socket of the runtime is inside: a file descriptor that does not
// block, and a span that stands for it in logs.
//
// It belongs to no runtime until an operation first has to wait. Then it is registered
// with the reactor of the runtime that polls, and stays with it: once that runtime is
// gone, waiting fails with operation_canceled. Operations may run on any threads at once;
// moving and destroying are for one thread with no operation going on.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <source_location>
#include <string_view>
#include <system_error>

#include "runtime/net/descriptor.h"
#include "runtime/net/readiness.h"
#include "runtime/scheduler/scheduler.h"
#include "runtime/trace/resource.h"

namespace ari::net {

// What a socket's Metadata needs to go with open_socket_span.
inline constexpr std::string_view kSocketFields[] = {
    "concrete_type", "kind", "loc.file", "loc.line", "loc.col", "local.addr", "peer.addr"};

// Opens the span of a socket made at `at`; an address that is empty is left out.
trace::Span open_socket_span(const trace::Metadata& metadata, std::string_view concrete_type,
                             std::string_view local, std::string_view peer,
                             std::source_location at) noexcept;

class Socket {
 public:
  // No socket.
  Socket() noexcept = default;
  // Takes over a descriptor that does not block.
  Socket(Descriptor descriptor, trace::Span resource) noexcept
      : resource_(std::move(resource)), descriptor_(std::move(descriptor)) {}
  Socket(Socket&& other) noexcept;
  Socket& operator=(Socket&& other) noexcept;
  ~Socket();

  // A new descriptor that does not block; none, with `error` set, if the system refuses.
  static Descriptor make(int family, int type, std::error_code& error) noexcept;

  int fd() const noexcept { return descriptor_.get(); }
  const trace::Span& resource() const noexcept { return resource_; }

  // Null until registered. acquire: pairs with the release in register_with().
  Readiness* readiness() const noexcept { return readiness_.load(std::memory_order_acquire); }

  // No socket any more; the descriptor, which stays open, is the caller's.
  int release() noexcept {
    unregister();
    return descriptor_.release();
  }

  // Does nothing if it is registered already.
  std::error_code register_with(scheduler::Scheduler& scheduler) noexcept;

 private:
  void unregister() noexcept;

  trace::Span resource_;
  Descriptor descriptor_;
  std::mutex registering_;  // guards scheduler_, and that there is one registration
  std::shared_ptr<scheduler::Scheduler> scheduler_;
  std::atomic<Readiness*> readiness_{nullptr};
};

}  // namespace ari::net
