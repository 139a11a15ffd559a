#include "runtime/net/operation.h"

#include <cerrno>
#include <string>

namespace ari::net {

namespace {

using trace::Level;

constexpr std::string_view kReadFields[] = {"bytes_read", "bytes_read.unit", "bytes_read.op"};
constexpr std::string_view kWrittenFields[] = {"bytes_written", "bytes_written.unit",
                                               "bytes_written.op"};
constexpr std::string_view kAcceptedFields[] = {"accepted", "accepted.unit", "accepted.op"};

}  // namespace

const Counter kBytesRead{{"", trace::kStateUpdate, Level::kTrace, kReadFields}, "B"};
const Counter kBytesWritten{{"", trace::kStateUpdate, Level::kTrace, kWrittenFields}, "B"};
const Counter kAccepted{{"", trace::kStateUpdate, Level::kTrace, kAcceptedFields}, ""};

Operation::Operation(Socket& socket, const OperationKind& kind) noexcept
    : socket_(socket), kind_(kind), resource_id_(socket.resource().id()) {}

Poll Operation::poll(Context& cx) noexcept {
  if (waiter_.is_orphaned()) {  // so socket_ is not to be touched
    fail(std::make_error_code(std::errc::operation_canceled));
    return Poll::kReady;
  }
  InOp in_op;
  if (op_.id() != trace::kNoSpan) in_op.emplace(op_);
  const Poll poll = advance(cx, in_op);
  if (in_op) trace::poll_op(kind_.poll_name, poll == Poll::kReady);
  return poll;
}

void Operation::begin_op(InOp& in_op) noexcept {
  if (in_op || socket_.resource().id() == trace::kNoSpan) return;
  op_ = trace::Span::child_of(socket_.resource(), kind_.op, {kind_.source});
  in_op.emplace(op_);
}

void Operation::tell(std::uint64_t progress) const noexcept {
  trace::Subscriber* const subscriber = trace::subscriber();
  if (subscriber == nullptr || progress == 0 || kind_.progress == nullptr) return;
  const trace::Span& in = op_.id() != trace::kNoSpan ? op_ : socket_.resource();
  const std::string_view unit = kind_.progress->unit;
  const trace::Value values[] = {progress, unit.empty() ? trace::Value() : trace::Value(unit),
                                 "add"};
  subscriber->event(in.id(), kind_.progress->state_update, values);
}

Poll Operation::advance(Context& cx, InOp& in_op) noexcept {
  while (cx.take_budget()) {
    Readiness* readiness = socket_.readiness();
    const Readiness::Seen seen =
        readiness != nullptr ? readiness->look() : Readiness::nothing_known();
    if (seen.is_worth_trying(kind_.direction)) {
      const Attempt attempt = try_once(readiness, seen);
      if (attempt == Attempt::kDone || attempt == Attempt::kDoneShort) return Poll::kReady;
      if (attempt != Attempt::kWouldBlock) continue;
      if (readiness == nullptr) {
        error_ = socket_.register_with(cx.scheduler());
        readiness = socket_.readiness();
      } else if (seen.is_shut_down()) {
        error_ = std::make_error_code(std::errc::operation_canceled);
      }
      if (error_) return Poll::kReady;
    }
    cx.return_budget();
    begin_op(in_op);
    if (readiness->wait(waiter_, kind_.direction, cx.waker())) return Poll::kPending;
  }
  return Poll::kPending;
}

Operation::Attempt Operation::try_once(Readiness* readiness, Readiness::Seen seen) noexcept {
  std::uint64_t progress = 0;
  const Attempt attempt = this->attempt(socket_.fd(), progress);
  tell(progress);
  if (readiness != nullptr) {
    using Evidence = Readiness::Evidence;
    if (attempt == Attempt::kWouldBlock) {
      readiness->forget(kind_.direction, seen, Evidence::kWouldBlock);
    } else if (attempt == Attempt::kDoneShort || attempt == Attempt::kMoreShort) {
      readiness->forget(kind_.direction, seen, Evidence::kShort);
    }
  }
  return attempt;
}

Operation::Attempt Operation::fail(std::error_code error) noexcept {
  error_ = error;
  return Attempt::kDone;
}

Operation::Attempt Operation::failed(int system_error) noexcept {
  if (system_error == EAGAIN || system_error == EWOULDBLOCK) return Attempt::kWouldBlock;
  if (system_error == EINTR) return Attempt::kMore;
  return fail({system_error, std::system_category()});
}

void Operation::throw_if_failed() const {
  if (error_) throw std::system_error(error_, std::string(kind_.source));
}

}  // namespace ari::net
