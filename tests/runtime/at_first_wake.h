// AtFirstWake: a subscriber that does something as a waker is used, once.
//
// A waker's event is told before the task is woken, and where no lock is held: so a test has its
// way in the middle of what wakes others, such as Notify::notify_waiters(). It listens from its
// making to its end; tasks that were spawned before are not heard.
#pragma once

#include <functional>
#include <utility>

#include "runtime/trace/dispatch.h"

namespace ari::test {

class AtFirstWake final : public trace::Subscriber {
 public:
  // `act` is called at the first wake, by value or by reference.
  explicit AtFirstWake(std::function<void()> act) : act_(std::move(act)) {
    trace::set_subscriber(this);
  }
  ~AtFirstWake() override { trace::set_subscriber(nullptr); }

  bool has_acted() const noexcept { return act_ == nullptr; }

  void new_span(trace::SpanId, trace::SpanId, const trace::Metadata&,
                std::span<const trace::Value>) noexcept override {}
  void enter(trace::SpanId, trace::EnterReason) noexcept override {}
  void exit(trace::SpanId, std::source_location) noexcept override {}
  void close(trace::SpanId, trace::Outcome) noexcept override {}
  void event(trace::SpanId, const trace::Metadata&,
             std::span<const trace::Value>) noexcept override {}
  void waker(trace::SpanId, trace::WakerOp op, trace::SpanId) noexcept override {
    const bool is_wake = op == trace::WakerOp::kWake || op == trace::WakerOp::kWakeByRef;
    if (is_wake && act_ != nullptr) std::exchange(act_, nullptr)();
  }

 private:
  std::function<void()> act_;
};

}  // namespace ari::test
