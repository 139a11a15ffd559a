// Runtimes: every runtime of the process, for who is in none and wants to see them all.
//
// A list of weak pointers: it keeps no runtime alive. Any thread.
#pragma once

#include <memory>
#include <vector>

#include "runtime/scheduler/engine.h"

namespace ari::scheduler {

class Runtimes {
 public:
  // For Builder, of each runtime that it makes.
  static void add(const std::shared_ptr<Engine>& runtime);

  // Those that are left, the oldest first.
  static std::vector<std::shared_ptr<Engine>> all();
};

}  // namespace ari::scheduler
