// Orders in which tasks can be listed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "replay/model/model.h"

namespace ari::replay {

// Figures are listed largest first; ids, names, places and instants in ascending order.
enum class TaskOrder : std::uint8_t {
  kTotal,
  kBusy,
  kScheduled,
  kIdle,
  kPolls,
  kWakes,
  kSelfWakes,
  kLongestPoll,
  kLongestScheduled,
  kId,
  kSpan,
  kName,
  kState,
  kKind,
  kLocation,
  kCreated,
};

struct TaskOrderName {
  std::string_view name;  // as typed after --sort
  TaskOrder order;
};
// All orders, the default first.
std::span<const TaskOrderName> task_order_names() noexcept;

// Indices of model.tasks in this order; what is equal stays in order of appearance. What
// the log does not know (a task's id, its name) comes last. `reversed` turns it all round.
std::vector<std::size_t> ordered_tasks(const Model& model, TaskOrder order, bool reversed);

}  // namespace ari::replay
