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
// Most tasks have one stack. A task that waits for several coroutines at once, by select
// or join, has one more for each of them, and the stacks make a tree (branch.h):
//
//             serve       waits in   co_await select(read_line(...), closed)
//               │ below                │ a Future that polls both
//             main_task                └─▶ read_line   waits in   co_await bytes_ready
//
// A stack belongs to one task and is touched only by whoever is polling or destroying it.
#pragma once

#include <coroutine>
#include <cstddef>
#include <source_location>
#include <string_view>
#include <utility>

#include "runtime/task/future_ref.h"

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
  OwnedFrame& operator=(OwnedFrame other) noexcept {
    std::swap(frame_, other.frame_);
    return *this;
  }
  ~OwnedFrame() { reset(); }

  Frame* get() const noexcept { return frame_; }
  // Of a Task that is about to begin: throws std::logic_error if there is none.
  Frame& there() const {
    if (frame_ == nullptr) [[unlikely]]
      throw_moved_from();
    return *frame_;
  }
  void reset() noexcept {
    if (Frame* frame = std::exchange(frame_, nullptr)) frame->handle.destroy();
  }

 private:
  [[noreturn]] static void throw_moved_from();

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

  // The topmost frame, or null; from there `below` leads down.
  const Frame* top() const noexcept { return top_; }

  // Shows what the topmost frame waits for: the leaves and branches of its future; nothing
  // if it has not begun. Requires: the task is suspended.
  void visit_awaited(BranchVisitor& visitor) const {
    if (waits_for_) waits_for_.visit_branches(visitor);
  }

  // What a suspended task waits in, and the tasks whose end it waits for there, in whichever of its
  // branches.
  struct Parking {
    // The co_await: the topmost frame's, or, where that one waits for a single branch, the
    // branch's. Line 0 when there is none.
    std::source_location at;
    std::string_view op;  // by which it joins them, of several the first; empty: it joins none
    Joined joined;
  };
  Parking parking() const noexcept;

  // For awaiters, during poll(): the Context, and what to poll before going on.
  Context& context() const noexcept { return *context_; }
  template <Future F>
  void park(F& future) noexcept {
    waits_for_ = FutureRef(future);
  }

 private:
  std::source_location find_parking(Parking& out) const noexcept;

  Frame* top_ = nullptr;
  FutureRef waits_for_;         // of the topmost frame; none while it runs
  Context* context_ = nullptr;  // of the poll going on
};

}  // namespace ari::task
