#include "runtime/net/async_fd.h"

namespace ari::net {

namespace {

using trace::Level;
using trace::Metadata;

constexpr std::string_view kTarget = "ari::net::async_fd";
constexpr Metadata kResource{trace::kResourceName, kTarget, Level::kTrace, kSocketFields};
constexpr Metadata kOp{trace::kAsyncOpName, kTarget, Level::kTrace, trace::kAsyncOpFields};

constexpr OperationKind kReadable{"AsyncFd::readable", "poll_read_ready", Direction::kRead, kOp,
                                  nullptr};
constexpr OperationKind kWritable{"AsyncFd::writable", "poll_write_ready", Direction::kWrite, kOp,
                                  nullptr};

}  // namespace

AsyncFd::AsyncFd(int fd, std::source_location at) noexcept
    : socket_(Descriptor(fd), open_socket_span(kResource, "AsyncFd", "", "", at)) {}

AsyncFdReady AsyncFd::readable() noexcept { return AsyncFdReady(socket_, kReadable); }
AsyncFdReady AsyncFd::writable() noexcept { return AsyncFdReady(socket_, kWritable); }

// No system call: what the kernel has told is what there is to know.
Operation::Attempt AsyncFdReady::attempt(int, std::uint64_t&) noexcept {
  const Readiness* readiness = socket_.readiness();
  if (readiness == nullptr) return Attempt::kWouldBlock;  // so that it is registered
  seen_ = readiness->look();
  const bool is_ready = seen_.is_worth_trying(direction_) && !seen_.is_shut_down();
  return is_ready ? Attempt::kDone : Attempt::kWouldBlock;
}

}  // namespace ari::net
