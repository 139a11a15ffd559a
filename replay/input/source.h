// Source: where the bytes of a log come from.
//
// A file, standard input or a compressed stream of either; the line cutter pulls bytes
// out of it and never learns which. Files are read, not mapped: a program may truncate
// its log while we look at it, and a mapping would then kill us with SIGBUS. Reading
// into a buffer that stays in the processor's cache costs no more.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "replay/result.h"

namespace ari::replay {

class Source {
 public:
  virtual ~Source() = default;

  // Writes up to `size` bytes to `to` and returns how many. 0: there is no more, because
  // the input is over, or failed (fault() tells), or is not written yet (may_grow()).
  // Requires: size > 0.
  virtual std::size_t read(char* to, std::size_t size) = 0;

  // Whether there may be more later where read() has returned 0: somebody is still writing.
  virtual bool may_grow() const { return false; }

  // Why the input ended before its time; empty if it did not.
  const std::string& fault() const noexcept { return fault_; }

 protected:
  std::string fault_;
};

// Is told how reading goes on, by the thread that reads: once a block, never once a line.
class ReadObserver {
 public:
  virtual ~ReadObserver() = default;
  // Another input was opened. `bytes`: how much there is to read of it, compressed or not, if
  // that is known.
  virtual void opened(std::optional<std::uint64_t> bytes) = 0;
  // So much of an input has been read.
  virtual void read(std::uint64_t bytes) = 0;
};

// Opens `path` ("-": standard input). zstd and gzip are recognised by their first bytes,
// whatever the name. Fails if there is no such file, it may not be read, or it is a
// directory. Of the file only the first `most_bytes`, as they are in it, count. `observer` may be
// null; else it outlives the source.
Result<std::unique_ptr<Source>> open_source(const std::string& path,
                                            std::uint64_t most_bytes = UINT64_MAX,
                                            ReadObserver* observer = nullptr);

// The source itself, or what it holds if that is zstd's or gzip's. Reads its first bytes.
std::unique_ptr<Source> decompressed(std::unique_ptr<Source> of);

// Whether what is read from `path` would be there a second time: no pipe's bytes are. What is not
// there at all, or is a folder, is told of when it is opened.
bool can_be_read_again(const std::string& path);

// "no such file", "permission denied": what an errno of open() means for a log.
std::string why_not_opened(int error);

}  // namespace ari::replay
