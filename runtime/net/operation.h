// Operation: one use of a socket by a task, such as one read().
//
// The base of every Future in net/. A poll tries the system call at once; only if that
// would block does the socket get registered and the operation wait. So what can be done
// without waiting costs no more than its system call. Each success and each poll takes one
// unit of the task's budget (task/context.h).
//
// In logs its progress is a state update of the socket; only one that has to wait is an async
// op, from then on. A server's log would be three times as long if each write had its spans.
//
//   R2       | state_update bytes_written=5 bytes_written.unit="B" bytes_written.op="add"
//   R2 O5    | poll_op poll_read false
//   …
//   R2 O5    | state_update bytes_read=5 bytes_read.unit="B" bytes_read.op="add"
//   R2 O5    | poll_op poll_read true
//
// Errors of the system are thrown by result(), as std::system_error. An operation refers to
// its socket, which has to stay where it is until the operation's end. If the socket goes
// while the operation waits, or was woken and has not been polled yet, that fails with
// operation_canceled. But a poll that has begun needs the socket to its end, and on a
// multi-thread runtime a woken task may be polled at any time: there a socket may go only
// while no operation of another task waits for it.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <system_error>

#include "runtime/net/socket.h"
#include "runtime/task/future.h"

namespace ari::net {

// An attribute of sockets that operations add to. `unit` may be empty.
struct Counter {
  trace::Metadata state_update;
  std::string_view unit;
};
extern const Counter kBytesRead;
extern const Counter kBytesWritten;
extern const Counter kAccepted;

// What all operations of one kind have in common; static.
struct OperationKind {
  std::string_view source;     // "TcpStream::read"
  std::string_view poll_name;  // "poll_read"
  Direction direction;
  const trace::Metadata& op;
  const Counter* progress;  // or null
};

class Operation {
 public:
  Operation(const Operation&) = delete;
  Operation& operator=(const Operation&) = delete;

  Poll poll(Context& cx) noexcept;
  task::Wait wait() const noexcept { return {kind_.source, resource_id_}; }

 protected:
  Operation(Socket& socket, const OperationKind& kind) noexcept;
  ~Operation() = default;

  enum class Attempt : std::uint8_t {
    kDone,        // the operation is complete
    kDoneShort,   // the same; and the next attempt would block, unless the peer has closed
    kMore,        // it got on and is to be tried again
    kMoreShort,   // the same; but the next attempt would block, unless the peer has closed
    kWouldBlock,  // the system call said so
  };
  // One system call, or none. Sets `progress` to what it moved.
  virtual Attempt attempt(int fd, std::uint64_t& progress) noexcept = 0;

  // For attempt(): the operation is complete, with an error that result() throws; what it
  // means that a system call failed: that, or to be tried again, now or later.
  Attempt fail(std::error_code error) noexcept;
  Attempt failed(int system_error) noexcept;

  // For result().
  void throw_if_failed() const;

 private:
  using InOp = std::optional<trace::Span::Entered>;

  // `in_op` is where the op gets entered if it begins in this poll.
  Poll advance(Context& cx, InOp& in_op) noexcept;
  void begin_op(InOp& in_op) noexcept;
  void tell(std::uint64_t progress) const noexcept;
  Attempt try_once(Readiness* readiness, Readiness::Seen seen) noexcept;

  Socket& socket_;  // not to be touched if the waiter is orphaned
  const OperationKind& kind_;
  const trace::SpanId resource_id_;  // the socket's
  std::error_code error_;
  Waiter waiter_;   // before the span, so that the waker is dropped after that closed
  trace::Span op_;  // disabled until it has to wait
};

}  // namespace ari::net
