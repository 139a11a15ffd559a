// TaskSelector: how a user names a task, and which tasks that is.
//
// `7` is a span id as grepped in the log (or a name, should a task be called so), any other
// text a name; tasks without one go by their kind, as in every view. `span=7`, `task.id=12`,
// `name=worker` and `line=41` (the task that begins in that line of the log; `line=run.jsonl:41` of
// several) say which is meant.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "replay/model/model.h"
#include "replay/result.h"

namespace ari::replay {

struct TaskSelector {
  std::string text;  // as typed
  std::optional<SpanId> span;
  std::optional<std::uint64_t> task_id;
  std::optional<std::string> name;
  std::optional<LineNumber> line;
  // The log that `line` is in, by its short name; empty: any. For the find function only,
  // since names are not known before all is read.
  std::string log;

  // Whether any of what is set fits.
  bool matches(const Task& task) const;
};

// Fails on `task.id=x` and the like: a number was expected.
Result<TaskSelector> parse_task_selector(std::string_view text);

// The index of the only task that matches. Else the error lists the candidates, or what
// there is to choose from.
Result<std::size_t> find_task(const Model& model, const TaskSelector& selector);

}  // namespace ari::replay
