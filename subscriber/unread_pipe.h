// UnreadPipe: the output to a named pipe that nobody has opened for reading yet.
//
//   mkfifo pipe; ARI=jsonl:pipe ./program & … ari-replay summary pipe
//
// Opening such a pipe waits for its reader, and that would be the program's start, or every
// other log. So lines are kept, up to a limit, until the reader has come.
#pragma once

#include <memory>
#include <string>

#include "subscriber/output.h"

namespace ari::subscriber {

// Opens the pipe as `descriptor`, which names something else until then, outlives the output and
// is not closed by it: a forked child is to. Fails once kMostKeptBytes wait, or in the end, if
// nobody reads.
std::unique_ptr<Output> unread_pipe_output(std::string path, OwnDescriptor& descriptor);

inline constexpr std::size_t kMostKeptBytes = std::size_t{4} << 20;

}  // namespace ari::subscriber
