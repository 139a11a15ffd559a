// DestroyPairs: whether the last enter and exit of a task were its destruction.
//
// Since 0.1.38, `tracing` enters a task's span once more when the task's future is dropped,
// and in most logs that looks like a poll:
//
//   enter exit  wake  enter exit  enter exit  close
//     poll              poll       destroyed
//
// Older versions make no such pair. Which of the two a log was made with shows in the
// tasks that closed: without a wake (or the spawn) before it a pair is no poll, because
// Tokio polls only who was woken; and a blocking closure runs exactly once, so that a
// second pair is no poll either. All the closed tasks of a log are asked, at its end; long before
// it the first of them have usually said the same that all will say.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "replay/model/corrected_times.h"
#include "replay/model/task_kind.h"

namespace ari::replay {

class DestroyPairs {
 public:
  enum class Verdict : std::uint8_t {
    kMade,     // every closed task's last pair is its destruction
    kNotMade,  // no pair is
    kUnknown,  // no closed task to tell it by
  };

  // A task of this kind closed with `times`, the last pair held back.
  void closed(std::string_view kind, const CorrectedTimes& times) noexcept;

  // A task's end came with its outcome: only our own runtime tells it, and that always
  // makes such pairs.
  void saw_outcome() noexcept { saw_outcome_ = true; }

  // A task has the field `size.bytes`, which only Tokio versions have that come with a
  // `tracing` that makes such pairs.
  void saw_size() noexcept { saw_size_ = true; }

  Verdict verdict() const noexcept;

  // The verdict, once so many tasks bear it out that it is hardly going to change. It may all the
  // same: who acts on it compares it with verdict() in the end.
  std::optional<Verdict> foreseen() const noexcept;

  // Whether the last pair of a task that never closed was its destruction, or is if it is
  // still open: it was polled before and nothing asked for another poll, while something
  // had asked for each one before. (Of a log without waker events this says nothing.)
  static bool ended_unclosed(Verdict verdict, std::string_view kind, const CorrectedTimes& times);

 private:
  std::uint64_t destroyed_ = 0;  // closed tasks whose last pair cannot be a poll
  std::uint64_t polled_ = 0;     // those whose last pair looks like one
  std::uint64_t single_ = 0;     // those with a single pair, which may be either
  bool saw_outcome_ = false;
  bool saw_size_ = false;
};

// Whether a task of this kind is polled only after a waker event. What block_on runs is
// woken through a waker that no event tells of, and a blocking closure is run once.
constexpr bool is_woken_by_wakers(std::string_view kind) noexcept {
  return kind != "block_on" && !is_closure(kind);
}

}  // namespace ari::replay
