#include "replay/input/lines.h"

#include <algorithm>
#include <utility>

namespace ari::replay {

namespace {

// Half of a common second-level cache: what was read is still there when it is cut.
constexpr std::size_t kLargestChunk = std::size_t{256} << 10;

constexpr std::size_t kFirstBuffer = std::size_t{16} << 10;

// How much of a line that is too long is kept to show it.
constexpr std::size_t kSample = 256;

}  // namespace

bool LineCutter::next_across_chunks(Cut& cut) {
  if (passed_over_ > 0) return pass_over_long_line(cut);
  std::size_t searched = static_cast<std::size_t>(end_ - begin_);
  while (fill()) {
    char* from = begin_ + searched;
    if (const void* lf = std::memchr(from, '\n', end_ - from)) {
      take(static_cast<const char*>(lf), cut);
      return true;
    }
    searched = static_cast<std::size_t>(end_ - begin_);
    if (searched > kLongestLine) {
      passed_over_ = searched;
      // The sample stays at the front of the buffer; the rest of the line passes behind it.
      std::memmove(buffer_.get(), begin_, kSample);
      begin_ = end_ = buffer_.get() + kSample;
      return pass_over_long_line(cut);
    }
  }
  if (begin_ == end_ || source_.may_grow()) return false;
  cut = {{++number_, {begin_, static_cast<std::size_t>(end_ - begin_)}, false}, searched, false};
  begin_ = end_;
  return true;
}

bool LineCutter::pass_over_long_line(Cut& cut) {
  char* const behind = buffer_.get() + kSample;
  cut = {{number_ + 1, {buffer_.get(), kSample}, true}, 0, true};
  for (;;) {
    begin_ = end_ = behind;
    const std::size_t n = source_.read(begin_, kLargestChunk);
    if (n == 0) {
      if (source_.may_grow()) return false;
      cut.line.ended = false;
      break;
    }
    if (void* lf = std::memchr(begin_, '\n', n)) {
      end_ = begin_ + n;
      begin_ = static_cast<char*>(lf) + 1;
      passed_over_ += static_cast<std::uint64_t>(begin_ - behind);
      break;
    }
    passed_over_ += n;
  }
  ++number_;
  cut.bytes = std::exchange(passed_over_, 0);
  return true;
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
    // Doubling keeps the cost of a very long line linear. The first buffer is large enough to look
    // behind the end of a small log.
    capacity_ = std::max({held + chunk_, held * 2, kFirstBuffer});
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
