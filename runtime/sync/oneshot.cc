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
  // From here on the receiver leaves the slot alone, so the waker may be used in place.
  if ((state & kWaker) != 0) waker_.wake_by_ref();
  return true;
}

bool Meeting::close() noexcept {
  return (state_.fetch_or(kClosed, std::memory_order_acq_rel) & kFinished) == 0;
}

bool Meeting::poll(const Waker& waker) noexcept {
  const std::uint8_t state = state_.load(std::memory_order_acquire);
  if ((state & kFinished) != 0) return true;
  if ((state & kWaker) != 0) {
    if (waker_.will_wake(waker)) return false;
    if ((state_.fetch_and(static_cast<std::uint8_t>(~kWaker), std::memory_order_acq_rel) &
         kFinished) != 0) {
      return true;
    }
  }
  waker_ = waker;
  return (state_.fetch_or(kWaker, std::memory_order_acq_rel) & kFinished) != 0;
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

void Record::polled(bool is_ready) noexcept { trace::poll_op("poll_recv", is_ready); }

}  // namespace ari::sync::oneshot
