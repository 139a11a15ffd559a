#include "replay/input/lines.h"

#include <algorithm>

namespace ari::replay {

namespace {

// Half of a common second-level cache: what was read is still there when it is cut.
constexpr std::size_t kLargestChunk = std::size_t{256} << 10;

// How much of a line that is too long is kept to show it.
constexpr std::size_t kSample = 256;

}  // namespace

bool LineCutter::next_across_chunks(Cut& cut) {
  std::size_t searched = static_cast<std::size_t>(end_ - begin_);
  while (fill()) {
    char* from = begin_ + searched;
    if (const void* lf = std::memchr(from, '\n', end_ - from)) {
      take(static_cast<const char*>(lf), cut);
      return true;
    }
    searched = static_cast<std::size_t>(end_ - begin_);
    if (searched > kLongestLine) {
      pass_over_long_line(cut);
      return true;
    }
  }
  if (begin_ == end_) return false;
  cut = {{++number_, {begin_, static_cast<std::size_t>(end_ - begin_)}, false}, searched, false};
  begin_ = end_;
  return true;
}

void LineCutter::pass_over_long_line(Cut& cut) {
  cut = {{++number_, {}, true}, static_cast<std::uint64_t>(end_ - begin_), true};
  // The sample stays at the front of the buffer; the rest of the line passes behind it.
  char* front = buffer_.get();
  std::memmove(front, begin_, kSample);
  begin_ = end_ = front + kSample;
  for (;;) {
    const std::size_t n = source_.read(begin_, kLargestChunk);
    if (n == 0) {
      cut.line.ended = false;
      break;
    }
    end_ = begin_ + n;
    if (void* lf = std::memchr(begin_, '\n', n)) {
      const auto line_end = static_cast<char*>(lf) + 1;
      cut.bytes += static_cast<std::uint64_t>(line_end - begin_);
      begin_ = line_end;
      break;
    }
    cut.bytes += n;
  }
  if (!cut.line.ended) end_ = begin_;
  cut.line.text = {front, kSample};
}

std::string_view LineCutter::peek(std::size_t bytes) {
  while (static_cast<std::size_t>(end_ - begin_) < bytes && fill()) {
  }
  return {begin_, static_cast<std::size_t>(end_ - begin_)};
}

bool LineCutter::fill() {
  const auto held = static_cast<std::size_t>(end_ - begin_);
  const auto behind = static_cast<std::size_t>(buffer_.get() + capacity_ - end_);
  if (capacity_ < held + chunk_) {
    // Doubling keeps the cost of a very long line linear.
    capacity_ = std::max(held + chunk_, held * 2);
    auto larger = std::make_unique_for_overwrite<char[]>(capacity_);
    if (held > 0) std::memcpy(larger.get(), begin_, held);
    buffer_ = std::move(larger);
    begin_ = buffer_.get();
  } else if (behind < chunk_ || held == 0) {
    if (held > 0) std::memmove(buffer_.get(), begin_, held);
    begin_ = buffer_.get();
  }
  end_ = begin_ + held;
  const std::size_t n = source_.read(end_, chunk_);
  end_ += n;
  if (n == chunk_ && chunk_ < kLargestChunk) chunk_ *= 2;
  return n > 0;
}

}  // namespace ari::replay
