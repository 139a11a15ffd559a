#include "runtime/dump/runtimes.h"

#include <mutex>

namespace ari::scheduler {

namespace {

struct List {
  std::mutex mutex;
  std::vector<std::weak_ptr<Engine>> runtimes;
};

// Never destroyed: a signal's dump may come while the process exits.
List& list() {
  static List& list = *new List;
  return list;
}

}  // namespace

void Runtimes::add(const std::shared_ptr<Engine>& runtime) {
  const std::lock_guard lock(list().mutex);
  std::erase_if(list().runtimes, [](const auto& each) { return each.expired(); });
  list().runtimes.push_back(runtime);
}

std::vector<std::shared_ptr<Engine>> Runtimes::all() {
  std::vector<std::shared_ptr<Engine>> all;
  const std::lock_guard lock(list().mutex);
  for (const std::weak_ptr<Engine>& each : list().runtimes) {
    if (auto runtime = each.lock()) all.push_back(std::move(runtime));
  }
  return all;
}

}  // namespace ari::scheduler
