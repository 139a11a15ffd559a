#include "runtime/task/frame.h"

#include <new>

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

std::source_location FrameStack::parked_at() const noexcept {
  if (top_ == nullptr) return std::source_location();
  const FrameStack* branch = nullptr;
  int branches = 0;
  for_each_branch([&](const FrameStack& each) {
    branch = &each;
    ++branches;
  });
  if (branches != 1) return top_->waits_in;
  const std::source_location inside = branch->parked_at();
  return inside.line() != 0 ? inside : top_->waits_in;  // 0: it was not its turn yet
}

}  // namespace ari::task
