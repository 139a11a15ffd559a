// FileSource: the bytes behind a file descriptor, as they are.
#pragma once

#include <array>
#include <string_view>

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

  // The first bytes, up to four, which read() will still return: a pipe cannot be
  // rewound, so they are kept. Requires: nothing was read yet.
  std::string_view head();

 private:
  std::size_t read_descriptor(char* to, std::size_t size);

  int descriptor_;
  std::array<char, 4> head_{};
  std::size_t head_begin_ = 0;
  std::size_t head_end_ = 0;
};

}  // namespace ari::replay
