// JoinError: why there is no result to wait for.
#pragma once

#include <stdexcept>
#include <string_view>

#include "runtime/trace/subscriber.h"

namespace ari {

// Thrown by co_await of a JoinHandle, and by block_on, when the task was cancelled: by
// abort(), or because its runtime shut down. A task that ended by an exception gives the
// joiner that very exception instead.
class JoinError : public std::runtime_error {
 public:
  JoinError(trace::SpanId task_id, std::string_view task_name);

  trace::SpanId task_id() const noexcept { return task_id_; }

 private:
  trace::SpanId task_id_;
};

}  // namespace ari
