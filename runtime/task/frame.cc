#include "runtime/task/frame.h"

#include <new>
#include <stdexcept>

namespace ari::task {

namespace {
// Before each frame; as large as the alignment that operator new keeps.
struct alignas(__STDCPP_DEFAULT_NEW_ALIGNMENT__) Prefix {
  std::size_t frame_bytes;
};
}  // namespace

void* Frame::operator new(std::size_t size_bytes) {
  void* memory = ::operator new(sizeof(Prefix) + size_bytes);
  return new (memory) Prefix{size_bytes} + 1;
}

void Frame::operator delete(void* frame) noexcept {
  ::operator delete(static_cast<Prefix*>(frame) - 1);
}

std::size_t Frame::size_bytes() const noexcept {
  return (static_cast<const Prefix*>(handle.address()) - 1)->frame_bytes;
}

void OwnedFrame::throw_moved_from() {
  throw std::logic_error("ari: a Task was co_awaited or spawned that had been moved from");
}

void FrameStack::push(OwnedFrame& owned) noexcept {
  Frame* frame = owned.get();
  frame->below = top_;
  frame->stack = this;
  frame->owner = &owned;
  top_ = frame;
}

Poll FrameStack::poll(Context& cx) noexcept {
  context_ = &cx;
  if (waits_for_) {
    if (waits_for_.poll(cx) == Poll::kPending) return Poll::kPending;
    waits_for_ = FutureRef();
  }
  do {
    top_->handle.resume();
  } while (top_ != nullptr && !waits_for_);
  return top_ == nullptr ? Poll::kReady : Poll::kPending;
}

void FrameStack::destroy() noexcept {
  waits_for_ = FutureRef();
  while (top_ != nullptr) {
    OwnedFrame* owner = top_->owner;
    pop();
    owner->reset();
  }
}

// The location. Goes into all branches for the joins, and into one that is alone for both.
std::source_location FrameStack::find_parking(Parking& out) const noexcept {
  if (top_ == nullptr) return std::source_location();
  struct Visitor final : BranchVisitor {
    explicit Visitor(Parking& parking) noexcept : BranchVisitor(Leaves::kJoins), out(parking) {}
    void visit(const FrameStack& branch) override {
      inside = branch.find_parking(out);
      ++branches;
    }
    void visit_leaf(const Wait& wait) override {
      if (out.op.empty()) out.op = wait.op;
      out.joined.merge(wait.joins);
    }
    Parking& out;
    std::source_location inside;
    int branches = 0;
  };
  Visitor visitor(out);
  visit_awaited(visitor);
  const bool is_told = visitor.branches == 1 && visitor.inside.line() != 0;  // 0: not its turn yet
  return is_told ? visitor.inside : top_->waits_in;
}

FrameStack::Parking FrameStack::parking() const noexcept {
  Parking out;
  out.at = find_parking(out);
  return out;
}

}  // namespace ari::task
