#include "replay/report/worst.h"

#include <algorithm>

namespace ari::replay {

namespace {

// `figure` of a task, 0 where it does not count. The earlier task wins a draw.
template <typename Figure>
std::vector<std::size_t> worst(const Model& model, std::size_t limit, Figure figure) {
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
  return worst(model, limit,
               [](const Task& t) { return t.kind == "blocking" ? 0 : t.longest_poll_ns; });
}

std::vector<std::size_t> longest_scheduled(const Model& model, std::size_t limit) {
  return worst(model, limit, [](const Task& t) {
    return t.kind == "blocking" || t.kind == "block_on" ? 0 : t.longest_scheduled_ns;
  });
}

std::vector<std::size_t> longest_blocked(const Model& model, std::size_t limit) {
  return worst(model, limit,
               [](const Task& t) { return t.longest_blocked ? t.longest_blocked->for_ns : 0; });
}

std::vector<std::size_t> most_wakes(const Model& model, std::size_t limit) {
  return worst(model, limit, [](const Task& t) { return t.wakes; });
}

}  // namespace ari::replay
