#include "replay/model/open_time.h"

#include <algorithm>

namespace ari::replay {

namespace {

// Of the recording that the line is in.
RecordingEnd find_end(const Model& model, LineNumber line) {
  const auto& ends = model.recording_ends;
  const auto end = std::lower_bound(ends.begin(), ends.end(), line,
                                    [](const RecordingEnd& recording, LineNumber wanted) {
                                      return recording.last_line < wanted;
                                    });
  if (line != 0 && end != ends.end()) return *end;
  return {line, model.coverage.first_unix_ns.value_or(0), {model.end_unix_ns, {}}};
}

}  // namespace

std::int64_t end_of_recording(const Model& model, LineNumber line) {
  return find_end(model, line).clock.after(line);
}

std::int64_t recording_ns(const Model& model, LineNumber line) {
  const RecordingEnd recording = find_end(model, line);
  return std::max<std::int64_t>(0, recording.clock.after(0) - recording.first_unix_ns);
}

std::int64_t open_ns(const Model& model, std::int64_t since_unix_ns, LineNumber line) {
  return std::max<std::int64_t>(0, end_of_recording(model, line) - since_unix_ns);
}

}  // namespace ari::replay
