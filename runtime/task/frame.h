// Frame and FrameStack: how a chain of co_awaits runs.
//
// When a coroutine co_awaits another, the frame of the other is put on top of the stack
// that the first is on, and control goes back to FrameStack::poll(), which resumes
// whatever is on top. At its end a frame takes itself off, and the one below goes on. So
// the machine stack never grows with the depth of co_awaits, no compiler has to turn
// resumptions into jumps for that, and the frames can be read at any time: from the top
// they are the task's async backtrace.
//
//     top ──▶ read_line   waits in   co_await bytes_ready      <- a Future: polled again at
//               │ below                                           each poll until ready
//             serve       waits in   co_await read_line(...)
//               │ below
//             main_task   waits in   co_await serve(...)
//
// A stack belongs to one task and is touched only by whoever is polling or destroying it.
#pragma once

#include <coroutine>
#include <cstddef>
#include <source_location>
#include <utility>

#include "runtime/task/future.h"

namespace ari::task {

class FrameStack;
class OwnedFrame;

// What every coroutine frame of ours has; the base of Task's promises.
struct Frame {
  std::coroutine_handle<> handle;
  Frame* below = nullptr;         // who waits for this one
  FrameStack* stack = nullptr;    // where it runs; null before it is started
  OwnedFrame* owner = nullptr;    // who would destroy it; set while it is on a stack
  std::source_location waits_in;  // the co_await that it is suspended in

  // Frames are allocated with their size before them, so that a spawn can tell it.
  static void* operator new(std::size_t size_bytes);
  static void operator delete(void* frame) noexcept;
  std::size_t size_bytes() const noexcept;
};

// Destroys the frame that it owns. Moved while the frame has not started, not after.
class OwnedFrame {
 public:
  explicit OwnedFrame(Frame* frame = nullptr) noexcept : frame_(frame) {}
  OwnedFrame(OwnedFrame&& other) noexcept : frame_(std::exchange(other.frame_, nullptr)) {}
  OwnedFrame& operator=(OwnedFrame&& other) noexcept {
    std::swap(frame_, other.frame_);
    return *this;
  }
  ~OwnedFrame() { reset(); }

  Frame* get() const noexcept { return frame_; }
  void reset() noexcept {
    if (Frame* frame = std::exchange(frame_, nullptr)) frame->handle.destroy();
  }

 private:
  Frame* frame_;
};

class FrameStack {
 public:
  FrameStack() noexcept = default;
  FrameStack(const FrameStack&) = delete;
  FrameStack& operator=(const FrameStack&) = delete;

  // Puts a frame that has not started on top. The next resumption is its own.
  void push(OwnedFrame& owned) noexcept;

  // Takes the topmost frame off; it is suspended at its end.
  void pop() noexcept { top_ = top_->below; }

  // Runs the frames until the lowest has ended (kReady) or the topmost waits for a future
  // that is not ready (kPending). Requires: a frame is on the stack.
  Poll poll(Context& cx) noexcept;

  // Destroys every frame, the topmost first, as an exception would; however many they are,
  // that takes no depth of the machine's stack.
  void destroy() noexcept;

  // The co_await that the topmost frame waits in; line 0 when there is none.
  std::source_location parked_at() const noexcept;

  // For awaiters, during poll(): the Context, and what to poll before going on.
  Context& context() const noexcept { return *context_; }
  template <Future F>
  void park(F& future) noexcept {
    future_ = &future;
    poll_future_ = [](void* f, Context& cx) noexcept { return static_cast<F*>(f)->poll(cx); };
  }

 private:
  Frame* top_ = nullptr;
  void* future_ = nullptr;  // what the topmost frame waits for; null while it runs
  Poll (*poll_future_)(void* future, Context& cx) noexcept = nullptr;
  Context* context_ = nullptr;  // of the poll going on
};

}  // namespace ari::task
