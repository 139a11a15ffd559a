// MakerGuess: in which task's poll a span was made, for logs without threads.
//
// A span that is a root does not say where it was made. But the ids that Tokio programs
// give to spans tell which thread made them: the registry of tracing-subscriber packs
//
//   id - 1 =  | generation, 13 bits | thread, 13 bits | slot, 38 bits |
//
// So a span was made in the poll of a task that is polled just now, by the thread that made
// other spans in that poll. Which thread that is shows as soon as only one task can have
// made a span; it holds until the poll ends.
//
//   enter task 9                        span with thread 1: by task 9, so 1 polls task 9
//   enter task 10                       span with thread 2: by task 10, the only one left
//
// Ids that are just counted, as our own runtime does, have no such part. Then, and where
// more than one task is left, the maker is not known.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "replay/model/task.h"

namespace ari::replay {

// The thread part of an id.
constexpr std::uint32_t thread_of_id(SpanId id) noexcept {
  return static_cast<std::uint32_t>((id - 1) >> 38) & 0x1fff;
}

// Not thread-safe.
class MakerGuess {
 public:
  // A task is polled, or not any more. Not to be told of a runtime's worker, in whose own
  // task all others are polled.
  void entered(SpanId task) {
    if (polled_.size() == kMost) polled_.erase(polled_.begin());
    polled_.push_back({task, std::nullopt});
  }
  void exited(SpanId task);
  // The task is gone. Its exits may be missing.
  void closed(SpanId task);

  // The task that made the span which has this id; 0 if none did. Nothing: not known.
  std::optional<SpanId> maker(SpanId made);

  // The only task that is polled just now; 0 if none is, or more than one.
  SpanId only() const noexcept { return polled_.size() == 1 ? polled_.front().task : 0; }

  void clear();

  // How many polls are known at most: the first make room. Only a log without exits has so many.
  static constexpr std::size_t kMost = 1024;

 private:
  struct Polled {
    SpanId task;
    std::optional<std::uint32_t> thread;  // that polls it, once that is known
  };
  std::vector<Polled> polled_;  // few: never more than there are threads
  bool ids_tell_threads_ = false;
};

}  // namespace ari::replay
