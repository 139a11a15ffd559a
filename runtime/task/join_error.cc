#include "runtime/task/join_error.h"

#include <string>

namespace ari {

namespace {
std::string describe(trace::SpanId task_id, std::string_view task_name) {
  std::string text = "task " + std::to_string(task_id);
  if (!task_name.empty()) text.append(" '").append(task_name).append("'");
  return text + " was cancelled";
}
}  // namespace

JoinError::JoinError(trace::SpanId task_id, std::string_view task_name)
    : std::runtime_error(describe(task_id, task_name)), task_id_(task_id) {}

}  // namespace ari
