#include <fmt/format.h>

#include "replay/lint/future_size.h"
#include "replay/lint/lints.h"

namespace ari::replay {

namespace {
constexpr std::uint64_t kLimitBytes = 1024;  // tokio-console's
}  // namespace

void check_large_future(const Model& model, Findings& findings) {
  for (std::size_t i = 0; i < model.tasks.size(); ++i) {
    const Task& task = model.tasks[i];
    const auto size = future_size_bytes(task);
    if (is_exempt(task) || !size || *size < kLimitBytes) continue;
    findings.push_back({"large-future", Status::kDefinite, i,
                        fmt::format("its future takes {} bytes (limit {})", *size, kLimitBytes),
                        task.first_line, task.first_line});
  }
}

}  // namespace ari::replay
