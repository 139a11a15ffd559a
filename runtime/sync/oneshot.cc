#include "runtime/sync/oneshot.h"

namespace ari::sync::oneshot {

namespace {

using trace::Level;
using trace::Metadata;

constexpr std::string_view kTarget = "ari::sync::oneshot";
constexpr Metadata kResource{trace::kResourceName, kTarget, Level::kTrace, trace::kResourceFields};
constexpr Metadata kOp{trace::kAsyncOpName, kTarget, Level::kTrace, trace::kAsyncOpFields};
constexpr Metadata kPoll{trace::kAsyncOpPollName, kTarget, Level::kTrace, {}};

constexpr std::string_view kTxDroppedFields[] = {"tx_dropped", "tx_dropped.op"};
constexpr std::string_view kRxDroppedFields[] = {"rx_dropped", "rx_dropped.op"};
constexpr std::string_view kSentFields[] = {"value_sent", "value_sent.op"};
constexpr std::string_view kReceivedFields[] = {"value_received", "value_received.op"};
constexpr Metadata kTxDropped{"", trace::kStateUpdate, Level::kTrace, kTxDroppedFields};
constexpr Metadata kRxDropped{"", trace::kStateUpdate, Level::kTrace, kRxDroppedFields};
constexpr Metadata kSent{"", trace::kStateUpdate, Level::kTrace, kSentFields};
constexpr Metadata kReceived{"", trace::kStateUpdate, Level::kTrace, kReceivedFields};

void update(const trace::Span& resource, const Metadata& attribute, bool value) noexcept {
  const trace::Span::Entered in(resource);
  trace::event(attribute, {value, "override"});
}

}  // namespace

bool Meeting::finish() noexcept {
  std::uint8_t state = state_.load(std::memory_order_relaxed);
  do {
    if ((state & kClosed) != 0) return false;
    // acq_rel: the receiver sees the value, the sender sees the waker.
  } while (!state_.compare_exchange_weak(state, state | kFinished, std::memory_order_acq_rel,
                                         std::memory_order_relaxed));
  // From here on the receiver leaves its slot alone, so the waker may be used in place.
  if ((state & kReceiverWaker) != 0) receiver_.wake_by_ref();
  return true;
}

void Meeting::close() noexcept {
  // acq_rel: the receiver sees the sender's waker, the sender what the receiver did before.
  const std::uint8_t state = state_.fetch_or(kClosed, std::memory_order_acq_rel);
  // A sender that is not done leaves its slot alone once it is closed.
  if ((state & kSenderWaker) != 0 && (state & (kFinished | kClosed)) == 0) sender_.wake_by_ref();
}

bool Meeting::poll(const Waker& waker, Waker& slot, std::uint8_t slot_bit,
                   std::uint8_t done) noexcept {
  const std::uint8_t state = state_.load(std::memory_order_acquire);
  if ((state & done) != 0) return true;
  if ((state & slot_bit) != 0) {
    // The other side only reads a slot whose bit is set, so reading it beside is safe.
    if (slot.will_wake(waker)) return false;
    if ((state_.fetch_and(static_cast<std::uint8_t>(~slot_bit), std::memory_order_acq_rel) &
         done) != 0) {
      return true;
    }
    slot = Waker();
  }
  slot = waker;
  return (state_.fetch_or(slot_bit, std::memory_order_acq_rel) & done) != 0;
}

Record::Record(std::source_location at) noexcept {
  if (trace::subscriber() == nullptr) {
    static trace::Span disabled;
    resource_ = std::shared_ptr<trace::Span>(std::shared_ptr<void>(), &disabled);
    return;
  }
  resource_ =
      std::make_shared<trace::Span>(trace::open_resource(kResource, "Sender|Receiver", "Sync", at));
  for (const Metadata* attribute : {&kTxDropped, &kRxDropped, &kSent, &kReceived}) {
    update(*resource_, *attribute, false);
  }
}

trace::AsyncOp Record::open_op() const noexcept {
  trace::Span op;
  {
    const trace::Span::Entered in(*resource_);
    op = trace::Span::contextual(kOp, {"Receiver::await"});
  }
  const trace::Span::Entered in(op);
  trace::Span poll = trace::Span::contextual(kPoll, {});
  return trace::AsyncOp(std::move(op), std::move(poll));
}

void Record::value_sent(const trace::Span& resource) noexcept { update(resource, kSent, true); }

void Record::sender_dropped(const trace::Span& resource) noexcept {
  update(resource, kTxDropped, true);
}

void Record::receiver_dropped(const trace::Span& resource) noexcept {
  update(resource, kRxDropped, true);
}

void Record::value_received(const trace::Span& resource) noexcept {
  update(resource, kReceived, true);
}

void Record::polled(bool is_ready) noexcept { trace::poll_op("poll_recv", is_ready); }

Poll Closed::poll(Context& cx) noexcept {
  if (!op_) op_.emplace(trace::open_outer_op(resource_, "Sender::closed", false));
  const trace::AsyncOp::Polling polling(resource_, *op_);
  bool is_ready = false;
  if (cx.take_budget()) {
    is_ready = meeting_.poll_closed(cx.waker());
    if (!is_ready) cx.return_budget();
  }
  trace::poll_op("poll_closed", is_ready);
  return is_ready ? Poll::kReady : Poll::kPending;
}

}  // namespace ari::sync::oneshot
