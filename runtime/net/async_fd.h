// AsyncFd: waits for a descriptor that some other library, or the program itself, reads and writes.
//
//   ari::net::AsyncFd inotify(fd);                     // does not block (O_NONBLOCK)
//   while (true) {
//     auto guard = co_await inotify.readable();
//     auto got = guard.try_io([&](int fd) { return ::read(fd, events, sizeof(events)); });
//     if (got) handle(events, *got);                   // nothing: not readable after all
//   }
//
// For whatever epoll knows: pipes, sockets of a database's library, inotify, a timerfd, a pidfd;
// not for files, which are always ready. The kernel tells changes only, so what it told is kept:
// readable() is ready until somebody has found that it is not, and said so, by try_io() or
// clear_ready(). Who reads to the end and does not say so waits for nothing, and goes round for
// ever.
//
// Any number of tasks may wait at once, on any threads; it is moved while none does. In logs it
// is a resource "AsyncFd" of the kind "Net"; a wait that has to is an async op
// "AsyncFd::readable" or "AsyncFd::writable".
#pragma once

#include <cerrno>
#include <concepts>
#include <optional>
#include <source_location>
#include <system_error>
#include <type_traits>

#include "runtime/net/operation.h"

namespace ari::net {

// The descriptor was ready. Refers to the AsyncFd, which has to stay where it is meanwhile.
class [[nodiscard("what is not cleared stays ready")]] AsyncFdReadyGuard {
 public:
  AsyncFdReadyGuard(Socket& socket, Direction direction, Readiness::Seen seen) noexcept
      : socket_(&socket), direction_(direction), seen_(seen) {}

  // It is not ready any more: a call said EAGAIN. The next wait is one for news; does nothing if
  // there was news since this guard was given.
  void clear_ready() noexcept {
    if (Readiness* readiness = socket_->readiness()) {
      readiness->forget(direction_, seen_, Readiness::Evidence::kWouldBlock);
    }
  }

  // Calls io(fd), which does as a system call does: negative is an error, told by errno. Gives
  // what it returned; nothing, and clears, if that was EAGAIN. EINTR is tried again, other errors
  // are thrown as std::system_error.
  template <std::invocable<int> Io>
    requires std::signed_integral<std::invoke_result_t<Io&, int>>
  std::optional<std::invoke_result_t<Io&, int>> try_io(Io io) {
    while (true) {
      const auto result = io(socket_->fd());
      if (result >= 0) return result;
      if (errno == EAGAIN || errno == EWOULDBLOCK) {
        clear_ready();
        return std::nullopt;
      }
      if (errno != EINTR) throw std::system_error(errno, std::system_category(), "AsyncFd::try_io");
    }
  }

 private:
  Socket* socket_;
  Direction direction_;
  Readiness::Seen seen_;
};

class AsyncFdReady;

class AsyncFd {
 public:
  // For a descriptor that stays the caller's: open until this has gone, and in one AsyncFd of a
  // runtime at a time.
  explicit AsyncFd(int fd, std::source_location at = std::source_location::current()) noexcept;
  AsyncFd(AsyncFd&&) noexcept = default;
  AsyncFd& operator=(AsyncFd&& other) noexcept {
    socket_.release();
    socket_ = std::move(other.socket_);
    return *this;
  }
  ~AsyncFd() { socket_.release(); }

  // Futures that give an AsyncFdReadyGuard. Cancel safe. Throw std::system_error: above all
  // operation_not_permitted, for a descriptor that cannot be waited for, and file_exists, for one
  // that has an AsyncFd in this runtime.
  AsyncFdReady readable() noexcept;
  AsyncFdReady writable() noexcept;

  int native_handle() const noexcept { return socket_.fd(); }

 private:
  Socket socket_;
};

class [[nodiscard("does nothing until it is co_awaited")]] AsyncFdReady final : public Operation {
 public:
  AsyncFdReady(Socket& socket, const OperationKind& kind) noexcept
      : Operation(socket, kind), socket_(socket), direction_(kind.direction) {}
  AsyncFdReadyGuard result() const {
    throw_if_failed();
    return AsyncFdReadyGuard(socket_, direction_, seen_);
  }

 private:
  Attempt attempt(int fd, std::uint64_t& progress) noexcept override;

  Socket& socket_;
  const Direction direction_;
  Readiness::Seen seen_ = Readiness::nothing_known();
};

}  // namespace ari::net
