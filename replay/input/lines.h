// LineCutter: the input cut into lines.
//
// Knows LF and CR LF, a last line without an end, and lines of any length up to
// kLongestLine; what is longer is passed over without being held in memory. A line is a
// view into the cutter's buffer, so cutting copies nothing but the piece of a line that
// a chunk's end left over.
//
//   buffer   |…cut already…|line|line|line|half a li|…free…|
//                          ^begin_                   ^end_
#pragma once

#include <cstdint>
#include <cstring>
#include <memory>
#include <string_view>

#include "replay/input/reader.h"
#include "replay/input/source.h"

namespace ari::replay {

class LineCutter {
 public:
  static constexpr std::size_t kLongestLine = std::size_t{64} << 20;

  // Requires: `source` outlives the cutter.
  explicit LineCutter(Source& source) : source_(source) {}

  // The lines that are still to be cut are numbered from `last` + 1 on.
  void number_after(std::uint64_t last) noexcept { number_ = last; }

  struct Cut {
    Line line;
    std::uint64_t bytes = 0;  // in the input, line end included
    bool too_long = false;    // longer than kLongestLine: `line` holds only its beginning
  };

  // The next line; false when there is none, or none yet: of what may grow a line is cut once its
  // end is there. Valid until the next call.
  bool next(Cut& cut) {
    if (const void* lf = begin_ == end_ ? nullptr : std::memchr(begin_, '\n', end_ - begin_)) {
      take(static_cast<const char*>(lf), cut);
      return true;
    }
    return next_across_chunks(cut);
  }

  // What has been read of the input and is not cut yet: so many lines of it, which take so many
  // bytes, can be passed over. Valid until something else is called.
  std::string_view rest() const noexcept {
    return {begin_, passed_over_ > 0 ? 0 : static_cast<std::size_t>(end_ - begin_)};
  }
  std::uint64_t next_number() const noexcept { return number_ + 1; }
  void pass_over(std::uint64_t lines, std::size_t bytes) noexcept {
    number_ += lines;
    begin_ += bytes;
  }

  // What comes next, without cutting it: at least `bytes`, or all that there is. Waits for
  // no more than that. Valid until the next call.
  std::string_view peek(std::size_t bytes);

  // Whether there may be more where peek() and next() found nothing.
  bool may_grow() const { return source_.may_grow(); }

 private:
  void take(const char* lf, Cut& cut) {
    const char* text_end = lf > begin_ && lf[-1] == '\r' ? lf - 1 : lf;
    cut.line = {++number_, {begin_, static_cast<std::size_t>(text_end - begin_)}, true};
    cut.bytes = static_cast<std::uint64_t>(lf + 1 - begin_);
    cut.too_long = false;
    begin_ += cut.bytes;
  }
  bool next_across_chunks(Cut& cut);
  bool pass_over_long_line(Cut& cut);
  // Adds a chunk behind end_, making room first. False at the end of the input.
  bool fill();

  Source& source_;
  std::unique_ptr<char[]> buffer_;  // not cleared: only what was read is looked at
  std::size_t capacity_ = 0;
  std::size_t chunk_ = 8192;  // how much to read at a time; more once the source gives as much
  char* begin_ = nullptr;
  char* end_ = nullptr;
  std::uint64_t number_ = 0;
  std::uint64_t passed_over_ = 0;  // bytes of a line that is too long, the sample included
};

}  // namespace ari::replay
