// Sends of a bounded mpsc channel (mpsc.h): what send() and send_timeout() give to co_await.
#pragma once

#include <memory>
#include <optional>
#include <source_location>
#include <string_view>
#include <utility>

#include "runtime/sync/mpsc_permit.h"
#include "runtime/time/timeout.h"

namespace ari::sync::mpsc {

// Why try_send() or send_timeout() did not send, with the value.
template <class T>
struct Refused {
  enum class Why : std::uint8_t {
    kFull,    // no place is free, or those who wait come first; or there was none in time
    kClosed,  // the receiver was closed or has gone
  };
  Why why;
  T value;
};

// A Future; its result is nothing if the value was sent, or the value if the channel was
// closed. One that is destroyed before it was ready has not sent the value, and its place
// among those who wait is lost.
template <class T>
class [[nodiscard("does nothing until it is co_awaited")]] Send {
 public:
  static constexpr bool kMustUse = true;

  Send(Core& core, T value, std::string_view source = "Sender::send")
      : letter_(std::make_unique<Letter<T>>(std::move(value))), wait_(core, source) {}

  Poll poll(Context& cx) noexcept {
    const Poll poll = wait_.poll(cx, "poll_send", letter_.get());
    if (poll == Poll::kReady && wait_.succeeded()) letter_.release();
    return poll;
  }
  task::Wait wait() const noexcept { return {"mpsc::Sender::send", wait_.resource()}; }
  std::optional<T> result() {
    if (letter_ == nullptr) return std::nullopt;
    return std::move(letter_->value);
  }

 private:
  std::unique_ptr<Letter<T>> letter_;  // null once sent
  PermitWait wait_;
};

// A Future; its result is nothing if the value was sent, or the value and why it was not: kFull
// if time was out first, or kClosed. What is said of Send holds here too. In logs it is a Sleep
// beside the op, as a timeout is.
template <class T>
class [[nodiscard("does nothing until it is co_awaited")]] SendTimeout {
 public:
  static constexpr bool kMustUse = true;

  SendTimeout(Core& core, T value, time::Instant deadline, std::source_location at)
      : delay_(deadline, at),
        send_(std::in_place, core, std::move(value), "Sender::send_timeout") {}

  Poll poll(Context& cx) noexcept {
    const bool had_budget = !cx.is_exhausted();
    if (send_->poll(cx) == Poll::kReady) return Poll::kReady;
    if (time::detail::poll_delay(delay_, had_budget, cx) == Poll::kPending) return Poll::kPending;
    late_ = send_->result();
    send_.reset();  // whoever waits behind it comes first now
    return Poll::kReady;
  }
  std::optional<Refused<T>> result() {
    using Why = typename Refused<T>::Why;
    if (late_) return Refused<T>{Why::kFull, *std::move(late_)};
    std::optional<T> closed = send_->result();
    if (!closed) return std::nullopt;
    return Refused<T>{Why::kClosed, *std::move(closed)};
  }

  void visit_branches(task::BranchVisitor& visitor) const {
    if (send_) task::visit_branches_of(*send_, visitor);
    task::visit_branches_of(delay_, visitor);
  }

 private:
  time::Sleep delay_;
  std::optional<Send<T>> send_;  // nothing once time was out
  std::optional<T> late_;        // what it was to send then
};

}  // namespace ari::sync::mpsc
