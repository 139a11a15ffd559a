#include "replay/model/span_class.h"

#include "replay/model/named_field.h"

namespace ari::replay {

SpanClass class_of(const subscriber::Record& record) noexcept {
  if (record.name == "runtime.spawn") return SpanClass::kTask;
  if (record.name == "runtime.resource") return SpanClass::kResource;
  if (record.name == "runtime.resource.async_op") return SpanClass::kAsyncOp;
  if (record.name == "runtime.resource.async_op.poll") return SpanClass::kAsyncOpPoll;
  if (record.name != "task") return SpanClass::kUnknown;
  // Tokio before 1.11. Text does not tell the target of a span; its field will do.
  const bool old_task =
      record.target == "tokio::task" || (record.target.empty() && has_field(record, "kind"));
  return old_task ? SpanClass::kTask : SpanClass::kUnknown;
}

}  // namespace ari::replay
