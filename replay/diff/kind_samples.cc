#include "replay/diff/kind_samples.h"

#include <algorithm>
#include <string_view>

#include "replay/model/saturating.h"

namespace ari::replay {

namespace {

// "connection #" for "connection 17".
std::string without_numbers(std::string_view name) {
  std::string out;
  for (const char c : name) {
    const bool is_digit = c >= '0' && c <= '9';
    if (!is_digit) {
      out += c;
    } else if (out.empty() || out.back() != '#') {
      out += '#';
    }
  }
  return out;
}

TaskKind kind_of(const Task& task, bool by_location) {
  TaskKind kind{"", 0, 0, without_numbers(task.name), task.kind};
  if (by_location && task.location) {
    kind.file = task.location->file;
    kind.line = task.location->line;
    kind.column = task.location->column;
  }
  return kind;
}

void append(const std::vector<std::int64_t>& from, std::vector<std::int64_t>& to) {
  to.insert(to.end(), from.begin(), from.end());
}

}  // namespace

KindTable kinds_of(const Model& model, bool by_location) {
  KindTable kinds;
  for (const Task& task : model.tasks) {
    const TaskKind kind = kind_of(task, by_location);
    KindSamples& samples = kinds[kind];
    if (samples.tasks == 0) samples.name = task.name;
    if (samples.name != task.name) samples.name = kind.name;
    ++samples.tasks;
    samples.polls += task.polls;
    samples.total_ns = saturating_add(samples.total_ns, task.total_ns);
    samples.idle_ns = saturating_add(samples.idle_ns, task.idle_ns);
    append(task.poll_samples_ns, samples.busy_ns);
    append(task.wait_samples_ns, samples.scheduled_ns);
    if (task.created_unix_ns && task.dropped_unix_ns) {
      samples.wakes.push_back(static_cast<std::int64_t>(task.wakes));
    }
  }
  for (auto& [kind, samples] : kinds) {
    for (auto* list : {&samples.busy_ns, &samples.scheduled_ns, &samples.wakes}) {
      std::sort(list->begin(), list->end());
    }
  }
  return kinds;
}

}  // namespace ari::replay
