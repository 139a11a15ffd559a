// ForgottenTasks: what a Model still knows of the tasks that it did not keep.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>

#include "replay/model/task.h"

namespace ari::replay {

// All of them are completed.
struct ForgottenTasks {
  std::uint64_t count = 0;
  std::uint64_t times_blocked = 0;  // as Task has it, of all together
  std::map<std::string, std::uint64_t, std::less<>> by_kind;
  std::map<std::optional<Outcome>, std::uint64_t> by_outcome;  // nothing: not told

  void add(const Task& task) {
    ++count;
    times_blocked += task.times_blocked;
    ++by_kind[task.kind];
    ++by_outcome[task.outcome];
  }
};

}  // namespace ari::replay
