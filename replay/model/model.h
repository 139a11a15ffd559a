// Model: a whole log folded into tasks, resources and async operations.
//
// The middle of replay: fold() reads the log once, record by record, and works out every
// task's counts and times in the semantics asked for. Lints and reports read the result.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>

#include "replay/input/coverage.h"
#include "replay/model/task.h"
#include "replay/result.h"

namespace ari::replay {

struct FoldOptions {
  Semantics semantics = Semantics::kCorrected;
  // Tasks for which it says yes keep their life line by line and get distributions. Asked when the
  // task is first seen, with its identity filled in.
  std::function<bool(const Task&)> watch;
};

struct Model {
  Coverage coverage;
  Semantics semantics{};
  std::int64_t end_unix_ns = 0;  // the instant that open things are measured up to
  std::deque<Task> tasks;        // in order of appearance; a deque, since growing moves none
  std::uint64_t resources = 0;   // how many there were; 0 also if the format cannot tell
  std::uint64_t async_ops = 0;
  // All polls and all scheduling delays of the run's tasks of kind task and local.
  Distribution poll_times;
  Distribution scheduled_times;
};

// Reads the log at `path` ("-": standard input) and folds it. Fails as read_log() does.
Result<Model> fold(const std::string& path, const FoldOptions& options);

}  // namespace ari::replay
