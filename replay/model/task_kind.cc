#include "replay/model/task_kind.h"

namespace ari::replay {

bool is_worker_of_tokio(const Task& task) noexcept {
  if (task.kind == kWorkerKind) return true;
  if (task.kind != "blocking") return false;
  for (const KeptField& field : task.fields) {
    // tokio::runtime::thread_pool::worker::…, tokio::runtime::scheduler::multi_thread::worker::…
    if (field.name != "fn") continue;
    return field.text.starts_with("tokio::runtime::") &&
           field.text.find("::worker::") != std::string_view::npos;
  }
  if (task.location == nullptr) return false;
  const std::string_view file = task.location->file;
  return file.ends_with("/worker.rs") && file.find("tokio-") != std::string_view::npos &&
         file.find("/src/runtime/") != std::string_view::npos;
}

}  // namespace ari::replay
