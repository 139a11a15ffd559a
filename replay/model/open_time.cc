#include "replay/model/open_time.h"

#include <algorithm>

namespace ari::replay {

std::int64_t end_of_recording(const Model& model, LineNumber line) {
  const auto& ends = model.recording_ends;
  const auto end = std::lower_bound(ends.begin(), ends.end(), line,
                                    [](const RecordingEnd& recording, LineNumber wanted) {
                                      return recording.last_line < wanted;
                                    });
  return line == 0 || end == ends.end() ? model.end_unix_ns : end->at_unix_ns;
}

std::int64_t open_ns(const Model& model, std::int64_t since_unix_ns, LineNumber line) {
  return std::max<std::int64_t>(0, end_of_recording(model, line) - since_unix_ns);
}

}  // namespace ari::replay
