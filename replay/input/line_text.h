// LineText: room for the pieces of a line that had to be rewritten.
//
// Nearly every string of a log is used where it stands in the line. One with escapes is
// written out here instead, and the views stay valid until the next line starts.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace ari::replay {

class LineText {
 public:
  // Forgets the last line's pieces. Those of the coming line take `bytes` in all at most:
  // an escape is never shorter than what it stands for.
  void start(std::size_t bytes) {
    text_.clear();
    bytes_ = bytes;
  }

  // Where to append the next piece. Requires: no more than was
  // announced to start() is appended, so that earlier pieces stay where they are.
  std::string& room() {
    if (text_.capacity() < bytes_) text_.reserve(bytes_);
    begin_ = text_.size();
    return text_;
  }

  // What was appended since the last room().
  std::string_view piece() const { return std::string_view(text_).substr(begin_); }

 private:
  std::string text_;
  std::size_t bytes_ = 0;
  std::size_t begin_ = 0;
};

}  // namespace ari::replay
