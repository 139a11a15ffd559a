// TasksBySpan: who had a span id when. Ids are used again in a long log, and each run has its own.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "replay/model/model.h"

namespace ari::replay {

class TasksBySpan {
 public:
  // Looks at each task once. `model` must outlive this.
  explicit TasksBySpan(const Model& model);

  // The label of the task that had the id in this line of the log: of those of the line's run the
  // last that began before. "[7]" if there is none.
  std::string label_at(SpanId span, LineNumber line) const;

 private:
  const Model& model_;
  std::unordered_map<SpanId, std::vector<const Task*>> tasks_;  // in the order of their beginnings
};

}  // namespace ari::replay
