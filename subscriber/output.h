// Output: where a log's bytes go, and what is said if they cannot.
//
// A file descriptor, or a file with the bytes compressed on their way. Writing may fail at
// any time (a full disk, a closed pipe); then the reason comes back and the caller gives
// the output up. Not thread-safe: the drain's thread writes. It has SIGPIPE and SIGXFSZ
// blocked.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "subscriber/own_descriptor.h"

namespace ari::subscriber {

// Why an output stopped, in the system's words; empty while all is well.
using OutputError = std::string;

class Output {
 public:
  virtual ~Output() = default;
  // Takes whole lines, all of them or an error.
  virtual OutputError write(std::string_view lines) = 0;
  // Called now and then, with CLOCK_MONOTONIC: makes what was written readable from
  // outside, if it is time to.
  virtual OutputError tick(std::uint64_t now_ns) = 0;
  // Makes all that was written so far readable from outside, at once.
  virtual OutputError sync() = 0;
  // How many bytes have gone out, as they are in the file.
  virtual std::uint64_t bytes_out() const noexcept = 0;
  // Nothing more will be written: makes all of it readable.
  virtual OutputError finish() = 0;
};

// Writes to `fd`, which it closes in the end if `closes`. Lines stay whole among those that others
// write to the same pipe, as long as they are no longer than PIPE_BUF (4096 bytes). A file
// that somebody deletes meanwhile is an error: nobody will ever read it.
std::unique_ptr<Output> fd_output(int fd, bool closes = true);

// The same for a descriptor that the program may close behind our back, which outlives the output
// and is not closed by it. Before each write it is looked whether it is still ours; if not, a file
// at `path`, or the `stream` that it is a copy of (-1: none), is gone on with if it is the same,
// and else that is an error. `path` is empty for what has none.
std::unique_ptr<Output> own_output(OwnDescriptor& descriptor, std::string path, int stream = -1);

// The process is about to end: from now on the reader of a named pipe who has made no room for
// kLastPatienceMs is one who has stopped, and no output waits for him any more. Of a stream one
// goes on to wait, as the program itself does: he may be a pager. Any thread.
void lose_patience_with_readers() noexcept;
inline constexpr int kLastPatienceMs = 1000;
inline constexpr const char* kReaderHasStopped = "its reader has stopped";

// Compresses with zstd into `next`. What is older than a second can be decompressed at any
// time, also if the program dies; a frame is begun anew every few megabytes.
std::unique_ptr<Output> zstd_output(std::unique_ptr<Output> next);

}  // namespace ari::subscriber
