#include "runtime/sync/mpmc_core.h"

#include <utility>

#include "runtime/sync/channel_attributes.h"

namespace ari::sync::mpmc {

namespace {

using trace::Level;
using trace::Metadata;

constexpr std::string_view kTarget = "ari::sync::mpmc";
constexpr Metadata kResource{trace::kResourceName, kTarget, Level::kTrace, trace::kResourceFields};
constexpr Metadata kOp{trace::kAsyncOpName, kTarget, Level::kTrace, trace::kAsyncOpFields};
constexpr Metadata kPoll{trace::kAsyncOpPollName, kTarget, Level::kTrace, {}};

using attribute::tell;

bool is_granted(Permits::Answer answer) noexcept {
  return answer == Permits::Answer::kTaken || answer == Permits::Answer::kGranted;
}

// What a wait's poll gets of its permits.
Permits::Answer ask(Permits& permits, Permits::Applicant& applicant, Context& cx) noexcept {
  if (!cx.take_budget()) return Permits::Answer::kNone;
  std::size_t taken = 0;
  const Permits::Answer answer = permits.take(applicant, cx.waker(), taken);
  if (answer == Permits::Answer::kNone) cx.return_budget();
  // The channel was closed while it waited: what it may have got is nobody's any more.
  if (answer == Permits::Answer::kClosed && applicant.is_engaged()) permits.forget(applicant);
  return answer;
}

}  // namespace

Core::Core(std::size_t capacity, std::source_location at) noexcept
    : resource_(trace::open_resource(kResource, "mpmc::Sender|Receiver", "Sync", at)),
      places_(capacity) {
  const trace::Span::Entered in(resource_);
  tell(attribute::kCapacity, capacity, "override");
  tell(attribute::kLen, 0, "override");
  tell(attribute::kSenders, 1, "override");
  tell(attribute::kReceivers, 1, "override");
  attribute::tell_closed(false);
}

void Core::add_sender() noexcept {
  // relaxed, here and below: whoever copies one keeps the count above zero meanwhile.
  senders_.fetch_add(1, std::memory_order_relaxed);
  const trace::Span::Entered in(resource_);
  tell(attribute::kSenders, 1, "add");
}

void Core::add_receiver() noexcept {
  receivers_.fetch_add(1, std::memory_order_relaxed);
  const trace::Span::Entered in(resource_);
  tell(attribute::kReceivers, 1, "add");
}

void Core::drop_sender() noexcept {
  {
    const trace::Span::Entered in(resource_);
    tell(attribute::kSenders, 1, "sub");
  }
  // acq_rel, here and below: the last one comes after all that the others did.
  if (senders_.fetch_sub(1, std::memory_order_acq_rel) == 1) close();
}

bool Core::drop_receiver() noexcept {
  {
    const trace::Span::Entered in(resource_);
    tell(attribute::kReceivers, 1, "sub");
  }
  if (receivers_.fetch_sub(1, std::memory_order_acq_rel) != 1) return false;
  close();
  return true;
}

bool Core::close() noexcept {
  const trace::Span::Entered in(resource_);
  {
    const std::lock_guard lock(mutex_);
    if (std::exchange(closed_, true)) return false;
    attribute::tell_closed(true);
  }
  // From here on nothing is added: receivers that learn of the end find all that was sent.
  places_.close();
  values_.close();
  return true;
}

bool Core::post(AnyLetter& letter) noexcept {
  {
    const std::lock_guard lock(mutex_);
    if (closed_) return false;
    letter.next = nullptr;
    (oldest_ == nullptr ? oldest_ : newest_->next) = &letter;
    newest_ = &letter;
    ++len_;
    tell(attribute::kLen, 1, "add");
  }
  values_.give_back(1);
  return true;
}

AnyLetter* Core::take() noexcept {
  AnyLetter* letter = nullptr;
  {
    const std::lock_guard lock(mutex_);
    letter = oldest_;
    if (letter == nullptr) return nullptr;
    oldest_ = letter->next;
    --len_;
    tell(attribute::kLen, 1, "sub");
  }
  places_.give_back(1);
  return letter;
}

Permits::Answer Core::try_send(AnyLetter& letter) noexcept {
  const Permits::Answer answer = places_.take(1);
  if (answer != Permits::Answer::kTaken) return answer;
  const trace::Span::Entered in(resource_);
  return post(letter) ? Permits::Answer::kTaken : Permits::Answer::kClosed;
}

bool Core::try_receive(AnyLetter*& letter) noexcept {
  if (values_.take(1) == Permits::Answer::kNone) return false;
  const trace::Span::Entered in(resource_);
  letter = take();
  return true;
}

AnyLetter* Core::take_left() noexcept {
  const trace::Span::Entered in(resource_);
  return take();
}

std::size_t Core::len() noexcept {
  const std::lock_guard lock(mutex_);
  return len_;
}

SendWait::SendWait(Core& core) noexcept
    : core_(core), op_(core.resource_, kOp, kPoll, "Sender::send") {}

SendWait::~SendWait() {
  if (!applicant_.is_engaged()) return;
  const trace::Span::Entered in(core_.resource_);
  core_.places_.forget(applicant_);
}

Poll SendWait::poll(Context& cx, AnyLetter& letter) noexcept {
  const trace::AsyncOp::Polling polling(core_.resource_, op_);
  const Permits::Answer answer = ask(core_.places_, applicant_, cx);
  if (is_granted(answer)) is_sent_ = core_.post(letter);
  const bool is_ready = answer != Permits::Answer::kNone;
  trace::poll_op("poll_send", is_ready);
  return is_ready ? Poll::kReady : Poll::kPending;
}

ReceiveWait::ReceiveWait(Core& core) noexcept
    : core_(core), op_(core.resource_, kOp, kPoll, "Receiver::recv") {}

ReceiveWait::~ReceiveWait() {
  if (!applicant_.is_engaged()) return;
  const trace::Span::Entered in(core_.resource_);
  core_.values_.forget(applicant_);
}

Poll ReceiveWait::poll(Context& cx, AnyLetter*& letter) noexcept {
  const trace::AsyncOp::Polling polling(core_.resource_, op_);
  const bool is_ready = ask(core_.values_, applicant_, cx) != Permits::Answer::kNone;
  if (is_ready) letter = core_.take();
  trace::poll_op("poll_recv", is_ready);
  return is_ready ? Poll::kReady : Poll::kPending;
}

}  // namespace ari::sync::mpmc
