#include "replay/report/worst.h"

#include <algorithm>
#include <functional>

#include "replay/model/task_kind.h"
#include "replay/report/told_task.h"

namespace ari::replay {

namespace {

// Of a task, 0 where it does not count.
using Figure = std::uint64_t (*)(const Task&);

std::uint64_t poll_figure(const Task& task) {
  return is_closure(task.kind) ? 0 : static_cast<std::uint64_t>(task.longest_poll_ns);
}

std::uint64_t scheduled_figure(const Task& task) {
  return is_woken_on_record(task) ? static_cast<std::uint64_t>(task.longest_scheduled_ns) : 0;
}

std::uint64_t blocked_figure(const Task& task) {
  return task.longest_blocked ? static_cast<std::uint64_t>(task.longest_blocked->for_ns) : 0;
}

std::uint64_t wakes_figure(const Task& task) { return task.wakes; }

constexpr std::array<Figure, 4> kFigures = {poll_figure, scheduled_figure, blocked_figure,
                                            wakes_figure};

// The earlier task wins a draw.
template <typename Figure>
std::vector<std::size_t> worst(const Model& model, std::size_t limit, const Figure& figure) {
  std::vector<std::size_t> indices;
  for (std::size_t i = 0; i < model.tasks.size(); ++i) {
    if (figure(model.tasks[i]) > 0) indices.push_back(i);
  }
  const std::size_t count = std::min(limit, indices.size());
  const auto middle = indices.begin() + static_cast<std::ptrdiff_t>(count);
  std::partial_sort(indices.begin(), middle, indices.end(), [&](std::size_t a, std::size_t b) {
    const auto left = figure(model.tasks[a]), right = figure(model.tasks[b]);
    return left != right ? left > right : a < b;
  });
  indices.resize(count);
  return indices;
}

}  // namespace

std::vector<std::size_t> longest_polls(const Model& model, std::size_t limit) {
  return worst(model, limit, poll_figure);
}

std::vector<std::size_t> longest_scheduled(const Model& model, std::size_t limit) {
  return worst(model, limit, [&](const Task& task) {
    return are_polls_told(task, model.coverage) ? scheduled_figure(task) : 0;
  });
}

std::vector<std::size_t> longest_blocked(const Model& model, std::size_t limit) {
  return worst(model, limit, blocked_figure);
}

std::vector<std::size_t> most_wakes(const Model& model, std::size_t limit) {
  return worst(model, limit, wakes_figure);
}

bool WorstSoFar::may_be_among(const Task& task) {
  bool among = false;
  for (std::size_t i = 0; i < kFigures.size(); ++i) {
    const Offence offence = {kFigures[i](task), UINT64_MAX - task.number};
    std::vector<Offence>& worst = worst_[i];
    const bool full = worst.size() == kMostWorst;
    if (offence.first == 0 || (full && offence < worst.front())) continue;
    if (full) worst.erase(worst.begin());
    worst.insert(std::lower_bound(worst.begin(), worst.end(), offence), offence);
    among = true;
  }
  return among;
}

}  // namespace ari::replay
