#include "runtime/sync/watch_core.h"

#include "runtime/sync/channel_attributes.h"

namespace ari::sync::watch {

namespace {

using trace::Level;
using trace::Metadata;

constexpr std::string_view kTarget = "ari::sync::watch";
constexpr Metadata kResource{trace::kResourceName, kTarget, Level::kTrace, trace::kResourceFields};
constexpr Metadata kOp{trace::kAsyncOpName, kTarget, Level::kTrace, trace::kAsyncOpFields};
constexpr Metadata kPoll{trace::kAsyncOpPollName, kTarget, Level::kTrace, {}};

constexpr std::string_view kVersionFields[] = {"version", "version.op"};
constexpr Metadata kVersion{"", trace::kStateUpdate, Level::kTrace, kVersionFields};

using attribute::tell;

}  // namespace

Core::Core(std::source_location at) noexcept
    : resource_(trace::open_resource(kResource, "watch::Sender|Receiver", "Sync", at)) {
  const trace::Span::Entered in(resource_);
  tell(kVersion, 0, "override");
  tell(attribute::kSenders, 1, "override");
  tell(attribute::kReceivers, 1, "override");
}

trace::AsyncOp Core::open_op(std::string_view source) const noexcept {
  return trace::AsyncOp(resource_, kOp, kPoll, source);
}

void Core::add_sender() noexcept {
  const trace::Span::Entered in(resource_);
  tell(attribute::kSenders, 1, "add");
  // relaxed: whoever copies a sender keeps the count above zero meanwhile.
  senders_.fetch_add(1, std::memory_order_relaxed);
}

void Core::drop_sender() noexcept {
  const trace::Span::Entered in(resource_);
  tell(attribute::kSenders, 1, "sub");
  // release: pairs with has_senders().
  if (senders_.fetch_sub(1, std::memory_order_acq_rel) == 1) awaiting_change_.wake_all();
}

void Core::add_receiver() noexcept {
  const trace::Span::Entered in(resource_);
  tell(attribute::kReceivers, 1, "add");
  // relaxed: nothing is published with the count.
  receivers_.fetch_add(1, std::memory_order_relaxed);
}

void Core::drop_receiver() noexcept {
  const trace::Span::Entered in(resource_);
  tell(attribute::kReceivers, 1, "sub");
  // release: pairs with receiver_count().
  if (receivers_.fetch_sub(1, std::memory_order_acq_rel) == 1) awaiting_close_.wake_all();
}

void Core::count_change() noexcept {
  // release: pairs with version(). One writer at a time, so this is an increment.
  const std::uint64_t version = version_.load(std::memory_order_relaxed) + 1;
  version_.store(version, std::memory_order_release);
  tell(kVersion, version, "override");
}

Poll Closed::poll(Context& cx) noexcept {
  const trace::AsyncOp::Polling polling(core_.resource_, op_);
  bool is_ready = false;
  if (cx.take_budget()) {
    is_ready = core_.awaiting_close_.wait(waiter_, cx.waker(),
                                          [this] { return core_.receiver_count() == 0; });
    if (!is_ready) cx.return_budget();
  }
  trace::poll_op("poll_closed", is_ready);
  return is_ready ? Poll::kReady : Poll::kPending;
}

}  // namespace ari::sync::watch
