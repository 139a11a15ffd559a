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
  if (future_ != nullptr) {
    if (poll_future_(future_, cx) == Poll::kPending) return Poll::kPending;
    future_ = nullptr;
  }
  do {
    top_->handle.resume();
  } while (top_ != nullptr && future_ == nullptr);
  return top_ == nullptr ? Poll::kReady : Poll::kPending;
}

void FrameStack::destroy() noexcept {
  future_ = nullptr;
  while (top_ != nullptr) {
    OwnedFrame* owner = top_->owner;
    pop();
    owner->reset();
  }
}

std::source_location FrameStack::parked_at() const noexcept {
  return top_ != nullptr ? top_->waits_in : std::source_location();
}

}  // namespace ari::task
