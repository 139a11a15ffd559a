// FileSource: the bytes behind a file descriptor, as they are.
#pragma once

#include "replay/input/source.h"

namespace ari::replay {

class FileSource : public Source {
 public:
  // Takes over `descriptor` and closes it, unless it is standard input.
  explicit FileSource(int descriptor) noexcept : descriptor_(descriptor) {}
  ~FileSource() override;
  FileSource(const FileSource&) = delete;
  FileSource& operator=(const FileSource&) = delete;

  std::size_t read(char* to, std::size_t size) override;

 private:
  int descriptor_;
};

}  // namespace ari::replay
