#include "replay/model/close_gaps.h"

#include <algorithm>
#include <deque>
#include <utility>

namespace ari::replay {

namespace {

bool is_earlier(const Task& a, const Task& b) { return a.number < b.number; }

template <typename Thing>
bool is_earlier(const Thing& a, const Thing& b) {
  return a.first_line < b.first_line;
}

// A list without its gaps, and what has become of its places.
template <typename Thing>
class Closed {
 public:
  Closed(const std::vector<std::uint32_t>& gaps, std::deque<Thing>& things)
      : things_(things), places_(things.size(), kNowhere) {
    std::vector<bool> is_gap(things.size());
    for (const std::uint32_t gap : gaps) is_gap[gap] = true;
    std::vector<std::uint32_t> order;
    for (std::uint32_t i = 0; i < things.size(); ++i) {
      if (!is_gap[i]) order.push_back(i);
    }
    std::stable_sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
      return is_earlier(things[a], things[b]);
    });
    std::deque<Thing> closed;
    for (const std::uint32_t from : order) {
      places_[from] = static_cast<std::uint32_t>(closed.size());
      closed.push_back(std::move(things[from]));
    }
    things = std::move(closed);
  }

  // A link that was made in this line. What appeared after it is not what it is about. Returns
  // whether what it leads to is gone.
  bool mend(Link& link, LineNumber line) const {
    if (link.index >= places_.size()) return false;
    link.index = places_[link.index];
    const Thing* thing = follow(things_, link);
    const bool is_it = thing != nullptr && thing->span == link.span && thing->first_line <= line;
    if (!is_it) link.index = kNowhere;
    return !is_it;
  }

 private:
  const std::deque<Thing>& things_;
  std::vector<std::uint32_t> places_;  // by former place
};

}  // namespace

void close_gaps(const Gaps& gaps, Model& model) {
  const Closed<Task> tasks(gaps.tasks, model.tasks);
  const Closed<Resource> resources(gaps.resources, model.resources);
  const Closed<AsyncOp> ops(gaps.ops, model.ops);
  const auto mend_hold = [&](Hold& hold) { tasks.mend(hold.task, hold.line); };
  for (Task& task : model.tasks) {
    if (!task.joins) continue;
    for (Link& joined : (*task.joins).tasks) tasks.mend(joined, task.joins->line);
  }
  for (Resource& resource : model.resources) {
    resources.mend(resource.parent, resource.first_line);
    tasks.mend(resource.task, resource.first_line);
    std::for_each(resource.holds.begin(), resource.holds.end(), mend_hold);
  }
  for (AsyncOp& op : model.ops) {
    resources.mend(op.resource, op.first_line);
    ops.mend(op.parent_op, op.first_line);
    ops.mend(op.polled_in, op.last_line);
    op.task_is_gone = tasks.mend(op.task, op.last_line);
  }
  for (Deadlock& deadlock : model.deadlocks) {
    for (DeadlockLink& link : deadlock.links) {
      tasks.mend(link.task, deadlock.last_line);
      resources.mend(link.lock, link.waits_line);
      mend_hold(link.hold);
    }
  }
}

}  // namespace ari::replay
