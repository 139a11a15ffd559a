// LifeLine: what happened to a watched task, one LifeEvent after the other.
#pragma once

#include "replay/model/task.h"
#include "subscriber/record.h"

namespace ari::replay {

// When, in which line and on which thread something happened.
struct Moment {
  std::int64_t at_unix_ns = 0;
  LineNumber line = 0;
  std::uint32_t thread = 0;
};

// A waker of a task was used.
struct WakerUse {
  WakerOp op{};
  bool self_wake = false;
  SpanId by_task = 0;
  bool by_unclear = false;
  Link async_op, resource;  // in whose span
};

// Each function adds to, or completes, `life`, which is the same all the time.
class LifeLine {
 public:
  static void spawned(std::vector<LifeEvent>& life, const Moment& now);
  static void closed(std::vector<LifeEvent>& life, const Moment& now);
  static void waker(std::vector<LifeEvent>& life, const Moment& now, const WakerUse& use);

  // A poll began; `destroy`: it is the task's destruction, as the log itself says.
  void entered(std::vector<LifeEvent>& life, const Moment& now,
               std::optional<std::int64_t> scheduled_ns, bool destroy);
  void exited(std::vector<LifeEvent>& life, const Moment& now, const SourceLocation* parked_at);
  // The last poll was the task's destruction after all.
  void was_destroyed(std::vector<LifeEvent>& life);
  // The log ends in the middle of a poll.
  void cut(std::vector<LifeEvent>& life, std::int64_t at_unix_ns);

 private:
  std::size_t poll_ = 0;  // the last poll's place in `life`
};

}  // namespace ari::replay
