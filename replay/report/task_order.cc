#include "replay/report/task_order.h"

#include <algorithm>
#include <numeric>
#include <tuple>

namespace ari::replay {

namespace {

constexpr TaskOrderName kNames[] = {
    {"total", TaskOrder::kTotal},
    {"busy", TaskOrder::kBusy},
    {"scheduled", TaskOrder::kScheduled},
    {"idle", TaskOrder::kIdle},
    {"polls", TaskOrder::kPolls},
    {"wakes", TaskOrder::kWakes},
    {"self-wakes", TaskOrder::kSelfWakes},
    {"longest-poll", TaskOrder::kLongestPoll},
    {"longest-scheduled", TaskOrder::kLongestScheduled},
    {"id", TaskOrder::kId},
    {"span", TaskOrder::kSpan},
    {"name", TaskOrder::kName},
    {"state", TaskOrder::kState},
    {"kind", TaskOrder::kKind},
    {"location", TaskOrder::kLocation},
    {"created", TaskOrder::kCreated},
};

// Sorts absent values behind all others.
template <typename T>
auto absent_last(const std::optional<T>& value) {
  return std::tuple(!value.has_value(), value.value_or(T{}));
}

auto absent_last(const std::string& text) {
  return std::tuple(text.empty(), std::string_view(text));
}

auto place(const SourceLocation* location) {
  using Place = std::tuple<bool, std::string_view, std::uint32_t, std::uint32_t>;
  if (location == nullptr) return Place(true, {}, 0, 0);
  return Place(false, location->file, location->line, location->column);
}

bool before(const Task& a, const Task& b, TaskOrder order) {
  switch (order) {
    case TaskOrder::kTotal:
      return a.total_ns > b.total_ns;
    case TaskOrder::kBusy:
      return a.busy_ns > b.busy_ns;
    case TaskOrder::kScheduled:
      return a.scheduled_ns > b.scheduled_ns;
    case TaskOrder::kIdle:
      return a.idle_ns > b.idle_ns;
    case TaskOrder::kPolls:
      return a.polls > b.polls;
    case TaskOrder::kWakes:
      return a.wakes > b.wakes;
    case TaskOrder::kSelfWakes:
      return a.self_wakes > b.self_wakes;
    case TaskOrder::kLongestPoll:
      return a.longest_poll_ns > b.longest_poll_ns;
    case TaskOrder::kLongestScheduled:
      return a.longest_scheduled_ns > b.longest_scheduled_ns;
    case TaskOrder::kId:
      return absent_last(a.task_id) < absent_last(b.task_id);
    case TaskOrder::kSpan:
      return a.span < b.span;
    case TaskOrder::kName:
      return absent_last(a.name) < absent_last(b.name);
    case TaskOrder::kState:
      return a.state < b.state;
    case TaskOrder::kKind:
      return absent_last(a.kind) < absent_last(b.kind);
    case TaskOrder::kLocation:
      return place(a.location) < place(b.location);
    case TaskOrder::kCreated:
      return absent_last(a.created_unix_ns) < absent_last(b.created_unix_ns);
  }
  return false;
}

}  // namespace

std::span<const TaskOrderName> task_order_names() noexcept { return kNames; }

std::vector<std::size_t> ordered_tasks(const Model& model, TaskOrder order, bool reversed) {
  std::vector<std::size_t> indices(model.tasks.size());
  std::iota(indices.begin(), indices.end(), std::size_t{0});
  std::stable_sort(indices.begin(), indices.end(), [&](std::size_t a, std::size_t b) {
    const Task& first = model.tasks[reversed ? b : a];
    const Task& second = model.tasks[reversed ? a : b];
    return before(first, second, order);
  });
  return indices;
}

}  // namespace ari::replay
