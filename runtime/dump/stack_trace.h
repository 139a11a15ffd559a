// StackTrace: where a suspended task waits, frame by frame.
//
//   frames()   lock_both    waits in   co_await mutex->lock()          innermost first
//              left         waits in   co_await lock_both(...)
//   wait()     "Mutex::lock", …       what the innermost frame waits for, or
//   branches() if that is several futures at once (select, join, timeout), each of those:
//              a stack of its own, or for a future that is no coroutine its wait() alone
//
// A value: what was true when the dump was taken. The text behind it is static.
#pragma once

#include <cstddef>
#include <optional>
#include <source_location>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/task/wait.h"

namespace ari::task {
class FrameStack;
}

namespace ari {

class StackTrace {
 public:
  struct Frame {
    std::source_location waits_in;  // the co_await; line 0: the coroutine has not begun
    const void* begin = nullptr;    // where its variables were; never to be looked into
    std::size_t size_bytes = 0;

    // Its name, without types of parameters; empty if it has not begun.
    std::string_view function() const noexcept;
  };

  // Empty, of a task that is running.
  StackTrace() = default;

  // Of a stack that nobody touches meanwhile.
  explicit StackTrace(const task::FrameStack& stack);
  // Of a future that is no coroutine.
  explicit StackTrace(const task::Wait& wait) : wait_(wait) {}

  bool is_empty() const noexcept { return frames_.empty() && !wait_; }
  const std::vector<Frame>& frames() const noexcept { return frames_; }
  const std::optional<task::Wait>& wait() const noexcept { return wait_; }
  const std::vector<StackTrace>& branches() const noexcept { return branches_; }

  // Whether it was one of the coroutines' variables or parameters, or a part of one.
  bool holds(const void* object) const noexcept;

  // One line for each frame and each wait.
  std::string to_string() const;

 private:
  std::vector<Frame> frames_;
  std::optional<task::Wait> wait_;
  std::vector<StackTrace> branches_;
};

}  // namespace ari
