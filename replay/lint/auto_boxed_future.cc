#include <fmt/format.h>

#include "replay/lint/future_size.h"
#include "replay/lint/lints.h"

namespace ari::replay {

void check_auto_boxed_future(const Model& model, Findings& findings) {
  for (std::size_t i = 0; i < model.tasks.size(); ++i) {
    const Task& task = model.tasks[i];
    const auto size = future_size_bytes(task), original = original_future_size_bytes(task);
    if (!size || !original || *size == *original) continue;
    findings.push_back({"auto-boxed-future", Status::kDefinite, i,
                        fmt::format("its future of {} bytes was boxed by the runtime", *original),
                        task.first_line, task.first_line});
  }
}

}  // namespace ari::replay
