// How long what is still open when a recording ends has gone on.
//
// A log may hold several recordings, and several logs be read as one: each has its own end, and
// nobody knows how long what was open then went on after it.
#pragma once

#include <cstdint>

#include "replay/model/model.h"

namespace ari::replay {

// The end of the recording that the line is in, by the clock as it was up to there; of line 0 that
// of the whole.
std::int64_t end_of_recording(const Model& model, LineNumber line);

// How long that recording goes on, in nanoseconds, never negative.
std::int64_t recording_ns(const Model& model, LineNumber line);

// Nanoseconds from an instant to there, never negative.
std::int64_t open_ns(const Model& model, std::int64_t since_unix_ns, LineNumber line);

}  // namespace ari::replay
