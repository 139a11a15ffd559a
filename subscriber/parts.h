// Parts: the files of a log that is cut by size.
//
//   run.jsonl, run.2.jsonl, run.3.jsonl, …
//
// No file is ever renamed, so whoever follows one is not led astray. Of a number that is to
// be kept the oldest goes when a new one is opened.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "subscriber/output.h"

namespace ari::subscriber {

// Not thread-safe.
class Parts {
 public:
  // `path` is the first file's, in `directory` if it is relative, which is open as `descriptor`
  // already. That outlives this, is not closed, and stands for each file in turn: a forked child is
  // to close it. `keep` 0: all files.
  Parts(std::string path, std::string directory, OwnDescriptor& descriptor, bool compressed,
        std::uint64_t max_bytes, std::uint64_t keep)
      : path_(std::move(path)),
        directory_(std::move(directory)),
        descriptor_(descriptor),
        compressed_(compressed),
        max_bytes_(max_bytes),
        keep_(keep) {}
  Parts(const Parts&) = delete;
  Parts& operator=(const Parts&) = delete;

  // Whether the file that is open, which is this long, is to be followed by the next. Not before
  // half of it is new: else a program that has much open would write little but that.
  bool is_full(std::uint64_t bytes) const noexcept {
    return bytes >= max_bytes_ && bytes >= 2 * retold_bytes_;
  }
  // The file that is open begins with so many bytes that the one before has, too.
  void begins_with(std::uint64_t retold_bytes) noexcept { retold_bytes_ = retold_bytes; }

  // What writes to the file that is open.
  std::unique_ptr<Output> output() const;

  // Opens the next file, and deletes the oldest if there are too many. Null, and the reason
  // in `error`, if it cannot be opened.
  std::unique_ptr<Output> open_next(OutputError& error);

  // The number of the file that is open, from 1, and its path, relative if the first one's was.
  std::uint64_t number() const noexcept { return number_; }
  std::string path() const { return path_of(number_); }

 private:
  std::string path_of(std::uint64_t number) const;

  std::string path_;
  std::string directory_;
  OwnDescriptor& descriptor_;
  bool compressed_;
  std::uint64_t max_bytes_, keep_;
  std::uint64_t retold_bytes_ = 0;
  std::uint64_t number_ = 1;
};

}  // namespace ari::subscriber
