#include <fmt/format.h>

#include "replay/lint/lints.h"

namespace ari::replay {

namespace {

// Whether the code that spawned it is not the program's own: cargo keeps the sources of
// dependencies in its registry, or in checkouts of their repositories.
bool is_of_dependency(const Task& task) {
  if (task.location == nullptr) return false;
  const std::string_view file = task.location->file;
  return file.starts_with("<cargo>") || file.find(".cargo/registry/") != file.npos ||
         file.find(".cargo/git/checkouts/") != file.npos;
}

void check(const Model& model, std::size_t i, std::int64_t limit_bytes, Findings& findings) {
  const Task& task = model.tasks[i];
  const auto size = task.future_bytes;
  if (!size || is_exempt(task) || *size < static_cast<std::uint64_t>(limit_bytes)) return;
  const bool others = model.semantics == Semantics::kCorrected && is_of_dependency(task);
  findings.push_back({"large-future", others ? Status::kProvisional : Status::kDefinite, i,
                      fmt::format("its future takes {} bytes (limit {}){}", *size, limit_bytes,
                                  others ? "; a dependency spawned it" : ""),
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
          .meaning =
              "The task's future takes as many bytes as the limit, or more. Provisional if it "
              "was spawned inside of a dependency, which keeps what it is given in it.",
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
