#include "replay/model/await_tree.h"

#include <algorithm>
#include <iterator>

namespace ari::replay {

AwaitTree::AwaitTree(const Model& model) : model_(model), waits_(replay::waits_of(model)) {
  for (const Wait& wait : waits_) {
    (wait.task.index == kNowhere ? of_nobody_ : by_task_[wait.task.index]).push_back(&wait);
    if (wait.resource != nullptr) {
      for (const Hold& hold : wait.resource->holds) awaited_.insert(hold.task.index);
    }
    if (wait.joins != nullptr) {
      for (const Link& task : wait.joins->tasks) awaited_.insert(task.index);
    }
  }
}

const std::vector<const Wait*>& AwaitTree::waits_of(std::uint32_t task) const {
  static const std::vector<const Wait*> kNone;
  const auto found = by_task_.find(task);
  return found == by_task_.end() ? kNone : found->second;
}

std::vector<const AsyncOp*> AwaitTree::inside(const Wait& wait, const AsyncOp& op) const {
  std::vector<const AsyncOp*> out;
  std::copy_if(wait.inside.begin(), wait.inside.end(), std::back_inserter(out),
               [&](const AsyncOp* inner) { return outer_op(model_, *inner) == &op; });
  return out;
}

bool AwaitTree::is_wait_told(std::uint32_t task) const {
  const std::vector<const Wait*>& waits = waits_of(task);
  return !waits.empty() && waits.front()->is_told();
}

std::vector<std::uint32_t> AwaitTree::roots() const {
  std::vector<std::uint32_t> out;
  for (std::uint32_t i = 0; i < model_.tasks.size(); ++i) {
    if (is_wait_told(i)) out.push_back(i);
  }
  std::stable_partition(out.begin(), out.end(),
                        [&](std::uint32_t task) { return !is_awaited(task); });
  return out;
}

}  // namespace ari::replay
