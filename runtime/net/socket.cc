#include "runtime/net/socket.h"

#include <sys/socket.h>

#include <cerrno>
#include <utility>

#include "runtime/scheduler/driver.h"

namespace ari::net {

namespace {
trace::Value unless_empty(std::string_view text) noexcept {
  return text.empty() ? trace::Value() : trace::Value(text);
}
}  // namespace

trace::Span open_socket_span(const trace::Metadata& metadata, std::string_view concrete_type,
                             std::string_view local, std::string_view peer,
                             std::source_location at) noexcept {
  return trace::Span::root(metadata, {concrete_type, "Net", at.file_name(), at.line(), at.column(),
                                      unless_empty(local), unless_empty(peer)});
}

Socket::Socket(Socket&& other) noexcept
    : resource_(std::move(other.resource_)),
      descriptor_(std::move(other.descriptor_)),
      scheduler_(std::move(other.scheduler_)),
      readiness_(other.readiness_.exchange(nullptr, std::memory_order_relaxed)) {}

Socket& Socket::operator=(Socket&& other) noexcept {
  if (this == &other) return *this;
  unregister();
  descriptor_ = Descriptor();
  resource_ = trace::Span();
  resource_ = std::move(other.resource_);
  descriptor_ = std::move(other.descriptor_);
  scheduler_ = std::move(other.scheduler_);
  readiness_.store(other.readiness_.exchange(nullptr, std::memory_order_relaxed),
                   std::memory_order_relaxed);
  return *this;
}

Socket::~Socket() { unregister(); }

Descriptor Socket::make(int family, int type, std::error_code& error) noexcept {
  Descriptor descriptor(::socket(family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!descriptor) error = {errno, std::system_category()};
  return descriptor;
}

std::error_code Socket::register_with(scheduler::Scheduler& scheduler) noexcept {
  const std::lock_guard lock(registering_);
  if (readiness_.load(std::memory_order_relaxed) != nullptr) return {};
  std::error_code error;
  Reactor* reactor = scheduler.driver().reactor(error);
  if (reactor == nullptr) return error;
  Readiness* readiness = reactor->add(fd(), error);
  if (readiness == nullptr) return error;
  scheduler_ = scheduler.shared_from_this();
  readiness_.store(readiness, std::memory_order_release);
  return {};
}

void Socket::unregister() noexcept {
  Readiness* readiness = readiness_.exchange(nullptr, std::memory_order_acquire);
  if (readiness == nullptr) return;
  std::error_code none;  // the reactor is there: it was registered with
  scheduler_->driver().reactor(none)->remove(*readiness, fd());
  scheduler_ = nullptr;
}

}  // namespace ari::net
