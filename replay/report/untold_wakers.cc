#include "replay/report/untold_wakers.h"

#include <algorithm>

namespace ari::replay {

void UntoldWakers::record(const subscriber::Record& record, const Line& line) {
  const bool is_untold = record.kind == subscriber::RecordKind::kEvent &&
                         record.target == "tokio::task::waker" && record.fields.size() == 2 &&
                         record.fields[0].name == "op" && record.fields[1].name == "task.id";
  if (!is_untold) return sink_.record(record, line);
  std::copy(record.fields.begin(), record.fields.end(), fields_.begin());
  fields_[2] = {"task", trace::Value("not told")};
  subscriber::Record marked = record;
  marked.fields = fields_;
  marked.callsite = nullptr;
  sink_.record(marked, line);
}

}  // namespace ari::replay
