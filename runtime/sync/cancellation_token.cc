// The tokens of one origin make a tree of nodes. A child holds its parent by a reference,
// so that the way up is always there; the parent lists its children without one, and they
// take themselves off the list when they die.
//
// Cancelling goes down the tree without recursion, however deep it is: a node that is
// cancelled hands its children to a list of work, and each is then cancelled in turn. A
// mutex is held for one node at a time.
//
//       a ─ b ─ d         work: a        cancel a, add b and c
//       └── c             work: b c      cancel b, add d
//                         work: d c      …
#include "runtime/sync/cancellation_token.h"

#include <atomic>
#include <cassert>
#include <cstdint>
#include <mutex>

namespace ari::sync {

namespace {

using trace::Level;
using trace::Metadata;

constexpr std::string_view kTarget = "ari::sync::cancellation_token";
constexpr Metadata kResource{trace::kResourceName, kTarget, Level::kTrace, trace::kResourceFields};
constexpr Metadata kOp{trace::kAsyncOpName, kTarget, Level::kTrace, trace::kAsyncOpFields};
constexpr Metadata kPoll{trace::kAsyncOpPollName, kTarget, Level::kTrace, {}};

constexpr std::string_view kCancelledFields[] = {"cancelled", "cancelled.op"};
constexpr Metadata kCancelled{"", trace::kStateUpdate, Level::kTrace, kCancelledFields};

}  // namespace

class CancellationNode {
 public:
  // With one reference. The parent's reference becomes the node's.
  CancellationNode(CancellationNode* parent, std::source_location at) noexcept
      : resource_(trace::open_resource(kResource, "CancellationToken", "Sync", at)),
        cancelled_(parent != nullptr && parent->is_cancelled()),
        parent_(parent) {
    tell_cancelled();
    if (parent_ != nullptr && !is_cancelled()) parent_->adopt(*this);
  }
  CancellationNode(const CancellationNode&) = delete;
  CancellationNode& operator=(const CancellationNode&) = delete;

  void retain() noexcept {
    // relaxed: whoever adds a reference holds one.
    references_.fetch_add(1, std::memory_order_relaxed);
  }

  static void release(CancellationNode* node) noexcept;

  bool is_cancelled() const noexcept {
    // acquire: pairs with the release in cancel(), so that what was done before it is seen.
    return cancelled_.load(std::memory_order_acquire);
  }

  void cancel() noexcept;

  // True: cancelled. Else the waker is taken along and woken then.
  bool poll(Waiter& waiter, const Waker& waker) noexcept;
  // The wait is over, in whichever way.
  void leave(Waiter& waiter) noexcept;

  const trace::Span& resource() const noexcept { return resource_; }

 private:
  // False: it is dying, there is no reference left to it.
  bool try_retain() noexcept;

  // Lists a new child, or cancels it at once.
  void adopt(CancellationNode& child) noexcept;
  void part(CancellationNode& child) noexcept;

  // Cancels this one node; puts its children, with a reference each, in front of `work`.
  void cancel_alone(CancellationNode*& work) noexcept;

  void tell_cancelled() const noexcept {
    const trace::Span::Entered in(resource_);
    trace::event(kCancelled, {is_cancelled(), "override"});
  }

  trace::Span resource_;
  std::atomic<std::uint32_t> references_{1};
  std::atomic<bool> cancelled_;            // written with the mutex, the parent's for a new child
  CancellationNode* const parent_;         // with a reference; null for an origin
  CancellationNode* next_work_ = nullptr;  // of whoever is cancelling the parent

  std::mutex mutex_;
  WaitList waiters_;
  CancellationNode* first_child_ = nullptr;  // empty once cancelled
  // Guarded by the parent's mutex.
  bool listed_ = false;
  CancellationNode* before_ = nullptr;
  CancellationNode* next_ = nullptr;
};

void CancellationNode::release(CancellationNode* node) noexcept {
  // A loop: the last token of a long line of descendants may take all of them with it.
  // acq_rel: what the other holders did must have happened before the memory is freed.
  while (node != nullptr && node->references_.fetch_sub(1, std::memory_order_acq_rel) == 1) {
    CancellationNode* parent = node->parent_;
    if (parent != nullptr) parent->part(*node);
    assert(node->waiters_.is_empty() && "every wait holds a token");
    delete node;
    node = parent;
  }
}

bool CancellationNode::try_retain() noexcept {
  std::uint32_t references = references_.load(std::memory_order_relaxed);
  do {
    if (references == 0) return false;
  } while (
      !references_.compare_exchange_weak(references, references + 1, std::memory_order_relaxed));
  return true;
}

void CancellationNode::adopt(CancellationNode& child) noexcept {
  const std::lock_guard lock(mutex_);
  if (is_cancelled()) {
    child.cancelled_.store(true, std::memory_order_release);
    child.tell_cancelled();
    return;
  }
  child.listed_ = true;
  child.next_ = first_child_;
  if (first_child_ != nullptr) first_child_->before_ = &child;
  first_child_ = &child;
}

void CancellationNode::part(CancellationNode& child) noexcept {
  const std::lock_guard lock(mutex_);
  if (!child.listed_) return;
  (child.before_ == nullptr ? first_child_ : child.before_->next_) = child.next_;
  if (child.next_ != nullptr) child.next_->before_ = child.before_;
}

void CancellationNode::cancel() noexcept {
  CancellationNode* work = nullptr;
  cancel_alone(work);
  while (work != nullptr) {
    CancellationNode* node = std::exchange(work, work->next_work_);
    node->cancel_alone(work);
    release(node);
  }
}

void CancellationNode::cancel_alone(CancellationNode*& work) noexcept {
  std::unique_lock lock(mutex_);
  if (is_cancelled()) return;
  // release: pairs with the acquire in is_cancelled().
  cancelled_.store(true, std::memory_order_release);
  tell_cancelled();
  while (CancellationNode* child = first_child_) {
    first_child_ = child->next_;
    child->listed_ = false;
    // One that is dying waits for this mutex in part() and must not be revived.
    if (child->try_retain()) child->next_work_ = std::exchange(work, child);
  }
  waiters_.wake_all(lock);
}

bool CancellationNode::poll(Waiter& waiter, const Waker& waker) noexcept {
  if (is_cancelled()) return true;
  Waker old;  // dies after the mutex is free: it may take a task with it
  const std::lock_guard lock(mutex_);
  if (is_cancelled()) return true;
  old = waiters_.wait(waiter, waker);
  return false;
}

void CancellationNode::leave(Waiter& waiter) noexcept {
  if (!waiter.has_waited()) return;
  const std::lock_guard lock(mutex_);
  WaitList::remove(waiter);
}

CancellationToken::CancellationToken(std::source_location at)
    : node_(new CancellationNode(nullptr, at)) {}

CancellationToken::CancellationToken(const CancellationToken& other) noexcept : node_(other.node_) {
  if (node_ != nullptr) node_->retain();
}

CancellationToken::~CancellationToken() { CancellationNode::release(node_); }

CancellationToken CancellationToken::child_token(std::source_location at) const {
  CancellationToken parent = *this;
  CancellationToken child(new CancellationNode(parent.node_, at));
  parent.node_ = nullptr;  // the child has it
  return child;
}

void CancellationToken::cancel() const noexcept {
  // Whoever is woken may destroy the object that this was called on.
  const CancellationToken alive = *this;
  alive.node_->cancel();
}

bool CancellationToken::is_cancelled() const noexcept { return node_->is_cancelled(); }

Cancelled::Cancelled(CancellationToken token) noexcept
    : token_(std::move(token)),
      op_(std::in_place, token_.node_->resource(), kOp, kPoll, "CancellationToken::cancelled") {}

Cancelled::~Cancelled() {
  op_.reset();
  token_.node_->leave(waiter_);
}

Poll Cancelled::poll(Context& cx) noexcept {
  const trace::AsyncOp::Polling polling(token_.node_->resource(), *op_);
  Poll poll = Poll::kPending;
  if (cx.take_budget()) {
    if (token_.node_->poll(waiter_, cx.waker())) {
      poll = Poll::kReady;
    } else {
      cx.return_budget();
    }
  }
  trace::poll_op("poll_cancelled", poll == Poll::kReady);
  return poll;
}

task::Wait Cancelled::wait() const noexcept {
  return {"CancellationToken::cancelled", token_.node_->resource().id()};
}

}  // namespace ari::sync
