#include "replay/report/alike.h"

#include <fmt/format.h>

#include <unordered_map>

#include "replay/model/lock_fold.h"
#include "replay/report/words.h"

namespace ari::replay {

namespace {

constexpr std::size_t kLeastGroup = 3;

// No text of a log has it in it: keys do not run into one another.
constexpr char kEnd = '\0';

void append_place(const SourceLocation* place, std::string& key) {
  if (place != nullptr) key += location_text(*place);
  key += kEnd;
}

void append_op(const Model& model, const AwaitTree& tree, const Wait& wait, const AsyncOp& op,
               std::string& key) {
  key.append(op.source) += kEnd;
  if (const Resource* resource = follow(model.resources, op.resource)) {
    if (is_lock(*resource)) key += fmt::to_string(op.resource.index);
    key.append(resource->concrete_type).append(1, kEnd).append(location_text(resource->location));
  }
  key += kEnd;
  for (const AsyncOp* inner : tree.inside(wait, op)) append_op(model, tree, wait, *inner, key);
  key += kEnd;
}

}  // namespace

std::string likeness(const Model& model, const AwaitTree& tree, const Wait& wait) {
  std::string key;
  if (wait.op != nullptr) append_op(model, tree, wait, *wait.op, key);
  if (wait.joins != nullptr) {
    key.append(wait.joins->op).append(fmt::format("{}{}", kEnd, wait.joins->count));
    // Tasks that are alike themselves are no difference.
    for (const Link& task : wait.joins->tasks) {
      const Task* joined = follow(model.tasks, task);
      append_place(joined != nullptr ? joined->location : nullptr, key);
    }
  }
  return key;
}

std::string likeness(const Model& model, const AwaitTree& tree, std::uint32_t index) {
  if (tree.is_awaited(index)) return fmt::format("the one {}", index);
  const Task& task = model.tasks[index];
  std::string key = fmt::format("{}{}{}{}", word(task.state), kEnd, task.kind, kEnd);
  append_place(task.location, key);
  append_place(task.parked_at, key);
  for (const Wait* wait : tree.waits_of(index)) {
    key += likeness(model, tree, *wait);
    key += kEnd;
  }
  return key;
}

std::vector<std::vector<std::size_t>> alike(const std::vector<std::string>& likenesses) {
  std::unordered_map<std::string_view, std::size_t> counts;
  for (const std::string& likeness : likenesses) ++counts[likeness];
  std::unordered_map<std::string_view, std::size_t> group_of;
  std::vector<std::vector<std::size_t>> groups;
  for (std::size_t i = 0; i < likenesses.size(); ++i) {
    if (counts[likenesses[i]] < kLeastGroup) {
      groups.push_back({i});
      continue;
    }
    const auto [found, is_new] = group_of.try_emplace(likenesses[i], groups.size());
    if (is_new) groups.emplace_back();
    groups[found->second].push_back(i);
  }
  return groups;
}

}  // namespace ari::replay
