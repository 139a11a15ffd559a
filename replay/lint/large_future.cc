#include <fmt/format.h>

#include "replay/lint/future_size.h"
#include "replay/lint/lints.h"

namespace ari::replay {

namespace {

void check(const Model& model, std::size_t i, std::int64_t limit_bytes, Findings& findings) {
  const Task& task = model.tasks[i];
  const auto size = future_size_bytes(task);
  if (is_exempt(task) || !size || *size < static_cast<std::uint64_t>(limit_bytes)) return;
  findings.push_back({"large-future", Status::kDefinite, i,
                      fmt::format("its future takes {} bytes (limit {})", *size, limit_bytes),
                      task.first_line, task.first_line, std::nullopt,
                      static_cast<std::int64_t>(*size)});
}

}  // namespace

Lint large_future() {
  return {
      .name = "large-future",
      .summary = "futures of 1024 bytes or more",
      // tokio-console's; and from where on Tokio boxes a future in a release build.
      .limit = {Limit::Unit::kBytes, 1024, 16384},
      .is_consoles = true,
      .by_default = true,
      .check_task = check,
      .explanation = {
          .meaning = "The task's future takes as many bytes as the limit, or more.",
          .reason = "A future holds all that lives across its awaits. In Rust it moves whenever it "
                    "is passed on, and every task that is spawned pays for it again. A coroutine's "
                    "frame in C++ is on the heap and stays there: its limit is a higher one.",
          .advice = "Look for buffers and large inner futures that live across an await. Let them "
                    "end before it, put them on the heap, or box the branch that is seldom taken.",
          .rust = R"(let mut buffer = [0u8; 2048];
read(&mut buffer).await;                   // 2 kB in the future

Box::pin(seldom_taken()).await;            // its size is a pointer's
)",
          .cpp = R"(char buffer[32 * 1024];
co_await read(buffer);                     // 32 kB while the task is alive

auto buffer = std::make_unique<char[]>(32 * 1024);
co_await read(buffer.get());               // until it is reset
)"}};
}

}  // namespace ari::replay
