#include "runtime/sync/mpsc_core.h"

#include "runtime/sync/channel_attributes.h"

namespace ari::sync::mpsc {

namespace {

using trace::Level;
using trace::Metadata;

constexpr std::string_view kTarget = "ari::sync::mpsc";
constexpr Metadata kResource{trace::kResourceName, kTarget, Level::kTrace, trace::kResourceFields};
constexpr Metadata kOp{trace::kAsyncOpName, kTarget, Level::kTrace, trace::kAsyncOpFields};
constexpr Metadata kPoll{trace::kAsyncOpPollName, kTarget, Level::kTrace, {}};

constexpr std::string_view kPermitsFields[] = {"permits", "permits.op"};
constexpr std::string_view kRequestedFields[] = {"permits_requested", "permits.op"};
constexpr Metadata kRequested{"", trace::kAsyncOpStateUpdate, Level::kTrace, kRequestedFields};
constexpr Metadata kPermits{"", trace::kStateUpdate, Level::kTrace, kPermitsFields};

void tell_one(const Metadata& what, const char* op) noexcept { attribute::tell(what, 1, op); }

}  // namespace

Core::Core(std::optional<std::size_t> capacity, std::source_location at) noexcept
    : resource_(trace::open_resource(
          kResource, capacity ? "mpsc::Sender|Receiver" : "mpsc::UnboundedSender|Receiver", "Sync",
          at)) {
  if (capacity) permits_.emplace(*capacity);
  const trace::Span::Entered in(resource_);
  if (capacity) {
    attribute::tell(attribute::kCapacity, *capacity, "override");
    trace::event(kPermits, {*capacity, "override"});
  }
  attribute::tell(attribute::kLen, 0, "override");
  attribute::tell(attribute::kSenders, 1, "override");
  attribute::tell_closed(false);
}

trace::AsyncOp Core::open_op(std::string_view source) const noexcept {
  return trace::AsyncOp(resource_, kOp, kPoll, source);
}

trace::AsyncOp Core::open_op_for(std::size_t permits, std::string_view source) const noexcept {
  trace::Span op = trace::Span::child_of(resource_, kOp, {source});
  const trace::Span::Entered in_op(op);
  trace::event(kRequested, {permits, "override"});
  trace::event(kObtained, {std::size_t{0}, "override"});
  trace::Span poll = trace::Span::contextual(kPoll, {});
  return trace::AsyncOp(std::move(op), std::move(poll));
}

// ---- senders

void Core::add_sender() noexcept {
  // relaxed: whoever copies a sender keeps the count above zero meanwhile.
  senders_.fetch_add(1, std::memory_order_relaxed);
  const trace::Span::Entered in(resource_);
  tell_one(attribute::kSenders, "add");
}

bool Core::add_sender_to_others() noexcept {
  std::size_t senders = senders_.load(std::memory_order_relaxed);
  do {
    if (senders == 0) return false;
  } while (!senders_.compare_exchange_weak(senders, senders + 1, std::memory_order_relaxed));
  const trace::Span::Entered in(resource_);
  tell_one(attribute::kSenders, "add");
  return true;
}

void Core::drop_sender() noexcept {
  const trace::Span::Entered in(resource_);
  tell_one(attribute::kSenders, "sub");
  // Pairs with the load in is_over(), which then sees all that was sent; and see
  // Permits::are_all_back().
  if (senders_.fetch_sub(1, std::memory_order_seq_cst) == 1) receiver_.wake();
}

bool Core::post(Inbox::Letter& letter) noexcept {
  // Told first, so that no record of the receiver's taking it can come before.
  tell_one(attribute::kLen, "add");
  switch (inbox_.push(letter)) {
    case Inbox::Pushed::kFirst:
      receiver_.wake();
      break;
    case Inbox::Pushed::kMore:
      break;
    case Inbox::Pushed::kRefused:
      tell_one(attribute::kLen, "sub");
      return false;
  }
  return true;
}

Permits::Answer Core::try_send(Inbox::Letter& letter) noexcept {
  if (is_closed()) return Permits::Answer::kClosed;
  if (permits_) {
    const Permits::Answer answer = permits_->take(1);
    if (answer != Permits::Answer::kTaken) return answer;
  }
  const trace::Span::Entered in(resource_);
  if (permits_) tell_one(kPermits, "sub");
  return post(letter) ? Permits::Answer::kTaken : Permits::Answer::kClosed;
}

Permits::Answer Core::try_reserve(std::size_t count) noexcept {
  const Permits::Answer answer = permits_->take(count);
  if (answer == Permits::Answer::kTaken && count > 0) {
    const trace::Span::Entered in(resource_);
    trace::event(kPermits, {count, "sub"});
  }
  return answer;
}

bool Core::send_with_permit(Inbox::Letter& letter) noexcept {
  const trace::Span::Entered in(resource_);
  return post(letter);
}

void Core::return_permits(std::size_t count) noexcept {
  const trace::Span::Entered in(resource_);
  permits_are_free(permits_->give_back(count));
}

void Core::permits_are_free(std::size_t count) noexcept {
  if (count == 0) return;
  trace::event(kPermits, {count, "add"});
  if (is_over()) receiver_.wake();
}

// ---- the receiver

Inbox::Letter* Core::take() noexcept {
  Inbox::Letter* letter = inbox_.take();
  if (letter == nullptr) return nullptr;
  tell_one(attribute::kLen, "sub");
  if (permits_ && permits_->give_back(1) > 0) tell_one(kPermits, "add");
  return letter;
}

bool Core::receive(Inbox::Letter*& letter) noexcept {
  // Asked first: if it is over now, what is not found then never comes.
  const bool is_over = this->is_over();
  letter = take();
  return letter != nullptr || is_over;
}

bool Core::try_receive(Inbox::Letter*& letter) noexcept {
  if (inbox_.is_empty() && !is_over()) return false;
  const trace::Span::Entered in(resource_);
  return receive(letter);
}

bool Core::is_over() const noexcept {
  // Pairs with drop_sender().
  if (senders_.load(std::memory_order_seq_cst) != 0 && !is_closed()) return false;
  return !permits_ || permits_->are_all_back();
}

void Core::close() noexcept {
  // This one is for asking; what refuses values is the permits' flag or the inbox's.
  if (closed_.exchange(true, std::memory_order_acq_rel)) return;
  const trace::Span::Entered in(resource_);
  attribute::tell_closed(true);
  if (permits_) {
    permits_->close();
  } else {
    inbox_.close();
  }
  awaiting_close_.wake_all();
}

void Core::abandon() noexcept {
  close();
  inbox_.close();
  static_cast<void>(receiver_.take());  // nobody is there to be woken any more
  if (inbox_.is_empty()) return;
  const trace::Span::Entered in(resource_);
  attribute::tell(attribute::kLen, 0, "override");
}

// ---- the waits

PermitWait::PermitWait(Core& core, std::string_view source) noexcept
    : core_(core), op_(core.open_op(source)) {}

PermitWait::PermitWait(Core& core, std::string_view source, std::size_t count) noexcept
    : core_(core), applicant_(count, &op_), op_(core.open_op_for(count, source)) {}

void PermitWait::give_up() noexcept {
  const trace::Span::Entered in(core_.resource_);
  core_.permits_are_free(core_.permits_->forget(applicant_));
}

Permits::Answer PermitWait::take(const Waker& waker) noexcept {
  if (applicant_.wanted() > core_.permits_->count()) return Permits::Answer::kClosed;  // for ever
  std::size_t taken = 0;
  const Permits::Answer answer = core_.permits_->take(applicant_, waker, taken);
  if (taken > 0) {
    trace::event(kPermits, {taken, "sub"});
    applicant_.tell_obtained(taken);
  }
  return answer;
}

Poll PermitWait::poll(Context& cx, std::string_view op_name, Inbox::Letter* letter) noexcept {
  const trace::AsyncOp::Polling polling(core_.resource_, op_);
  Permits::Answer answer = Permits::Answer::kNone;
  if (cx.take_budget()) {
    answer = take(cx.waker());
    if (answer == Permits::Answer::kNone) cx.return_budget();
  }
  if (answer == Permits::Answer::kTaken || answer == Permits::Answer::kGranted) {
    succeeded_ = letter == nullptr || core_.post(*letter);
  } else if (answer == Permits::Answer::kClosed && applicant_.is_engaged()) {
    give_up();
  }
  const bool is_ready = answer != Permits::Answer::kNone;
  trace::poll_op(op_name, is_ready);
  return is_ready ? Poll::kReady : Poll::kPending;
}

Poll Receive::poll(Context& cx, std::string_view op_name, std::size_t most,
                   Inbox::Letter*& letters) noexcept {
  const trace::AsyncOp::Polling polling(core_.resource_, op_);
  bool is_ready = false;
  if (cx.take_budget()) {
    is_ready = advance(cx.waker(), letters);
    if (!is_ready) cx.return_budget();
  }
  if (letters != nullptr) take_more(*letters, most);
  trace::poll_op(op_name, is_ready);
  return is_ready ? Poll::kReady : Poll::kPending;
}

void Receive::take_more(Inbox::Letter& first, std::size_t most) noexcept {
  Inbox::Letter* last = &first;
  for (std::size_t taken = 1; taken < most; ++taken) {
    Inbox::Letter* next = core_.take();
    if (next == nullptr) break;
    last = last->next = next;
  }
  last->next = nullptr;
}

bool Receive::advance(const Waker& waker, Inbox::Letter*& letter) noexcept {
  if (core_.receive(letter)) return true;
  core_.receiver_.set(waker);
  return core_.receive(letter);
}

Poll Closed::poll(Context& cx) noexcept {
  const trace::AsyncOp::Polling polling(core_.resource_, op_);
  bool is_ready = false;
  if (cx.take_budget()) {
    is_ready =
        core_.awaiting_close_.wait(waiter_, cx.waker(), [this] { return core_.is_closed(); });
    if (!is_ready) cx.return_budget();
  }
  trace::poll_op("poll_closed", is_ready);
  return is_ready ? Poll::kReady : Poll::kPending;
}

}  // namespace ari::sync::mpsc
