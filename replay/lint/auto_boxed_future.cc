#include <fmt/format.h>

#include "replay/lint/lints.h"

namespace ari::replay {

namespace {

void check(const Model& model, std::size_t i, std::int64_t /*limit*/, Findings& findings) {
  const Task& task = model.tasks[i];
  const auto size = task.future_bytes, original = task.original_future_bytes;
  if (!size || !original || *size == *original) return;
  findings.push_back({"auto-boxed-future", Status::kDefinite, i,
                      fmt::format("its future of {} bytes was boxed by the runtime", *original),
                      task.first_line, task.first_line, std::nullopt,
                      static_cast<std::int64_t>(*original)});
}

}  // namespace

Lint auto_boxed_future() {
  return {
      .name = "auto-boxed-future",
      .summary = "futures so large that the runtime boxed them",
      .limit = {},
      .measure = Limit::Unit::kBytes,
      .is_consoles = true,
      .by_default = true,
      .check_task = check,
      .explanation = {
          .meaning = "The future that was spawned was so large that the runtime moved it to the "
                     "heap before it did anything else.",
          .reason = "Until then it stood on the stack, and was copied on its way. A future of many "
                    "kilobytes can overflow the stack of a thread before the runtime sees it.",
          .advice = "Find what makes it large: most often an array or another large future that "
                    "lives across an await. Put that on the heap, or box the inner future.",
          .rust = R"(async fn serve() {
    let buffer = [0u8; 32 * 1024];         // a part of the future
    socket.readable().await;
}

async fn serve() {
    let buffer = vec![0u8; 32 * 1024];     // only a pointer is
    socket.readable().await;
}
)",
          .cpp = R"(ari::Task<void> serve() {
  std::array<char, 32 * 1024> buffer;      // a part of the coroutine's frame
  co_await ari::time::sleep(10ms);
}

ari::Task<void> serve() {
  std::vector<char> buffer(32 * 1024);     // only a pointer is
  co_await ari::time::sleep(10ms);
}
)"}};
}

}  // namespace ari::replay
