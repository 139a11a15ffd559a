// BufReader: reads a stream by lines, or in small pieces, by few system calls.
//
//   ari::io::BufReader reader(std::move(stream));
//   while (true) {
//     auto line = co_await reader.next_line();         // without its "\n" or "\r\n"
//     if (!line) break;                                // the end
//     co_await reader.get().write_all(answer(*line));
//   }
//
// For everything that has the read() of a TcpStream; to have the stream beside it, give it one
// half (stream.split().first). It may have read more than it gave: who goes on without it takes
// buffered() along. No line is longer than a limit, so that no peer can fill the memory.
//
// One operation at a time, each to be awaited where it is called. Cancel safe, but for
// read_exact(): what was read of a line stays here until all of it has come.
#pragma once

#include <algorithm>
#include <cstring>
#include <optional>
#include <string>
#include <utility>

#include "runtime/io/copy.h"
#include "runtime/io/error.h"
#include "runtime/io/read_buffer.h"

namespace ari::io {

template <Reader R>
class BufReader {
 public:
  static constexpr std::size_t kMaxLineBytes = 64 * 1024;

  // A line with more than `max_line_bytes`, its end included, is thrown as Errc::kLineTooLong.
  // Throws std::invalid_argument if that is 0.
  explicit BufReader(R reader, std::size_t max_line_bytes = kMaxLineBytes)
      : reader_(std::move(reader)), buffer_(max_line_bytes) {}

  // Appends what comes up to the delimiter, and that; or the rest, if the stream ends before.
  // Gives how many bytes; 0 at the end. If it throws, `to` is as it was.
  Task<std::size_t> read_until(char delimiter, std::string& to) {
    const std::size_t size = co_await find_end(delimiter);
    to.append(buffer_.view().substr(0, size));
    buffer_.use(size);
    co_return size;
  }
  Task<std::size_t> read_line(std::string& to) { return read_until('\n', to); }

  // The next line without its end; nothing at the end of the stream.
  Task<std::optional<std::string>> next_line() {
    const std::size_t size = co_await find_end('\n');
    if (size == 0) co_return std::nullopt;
    std::string_view line = buffer_.view().substr(0, size);
    if (line.ends_with('\n')) {
      line.remove_suffix(1);
      if (line.ends_with('\r')) line.remove_suffix(1);
    }
    std::string text(line);
    buffer_.use(size);
    co_return text;
  }

  // Gives the number of bytes read, as a stream's read() does: 0 at the end.
  Task<std::size_t> read(Buffer to) {
    if (to.size() > 0 && buffer_.view().empty()) {
      const std::size_t got = co_await fill();
      if (got == 0) co_return 0;
    }
    co_return take(to);
  }

  // Fills `to`; throws Errc::kUnexpectedEof if the stream ends before. Not cancel safe.
  Task<void> read_exact(Buffer to) {
    while (to.size() > 0) {
      const std::size_t got = co_await read(to);
      if (got == 0) throw std::system_error(Errc::kUnexpectedEof, "BufReader::read_exact");
      to = to.after(got);
    }
  }

  // What was read and not given yet; until the next operation.
  std::string_view buffered() const noexcept { return buffer_.view(); }

  // To write to, if it can be written to. Not to be read from.
  R& get() noexcept { return reader_; }

 private:
  // How many bytes of the buffer the next line has, with its end; reads until that is known.
  Task<std::size_t> find_end(char delimiter) {
    std::size_t searched = 0;
    while (true) {
      const std::size_t at = buffer_.view().find(delimiter, searched);
      if (at != std::string_view::npos) co_return at + 1;
      searched = buffer_.view().size();
      if (buffer_.is_full()) throw std::system_error(Errc::kLineTooLong, "BufReader");
      const std::size_t got = co_await fill();
      if (got == 0) co_return searched;
    }
  }

  // Reads more; 0 at the end. Requires: the buffer is not full.
  Task<std::size_t> fill() {
    const Buffer room = buffer_.room();
    const std::size_t got = co_await reader_.read(room);
    buffer_.filled(got);
    co_return got;
  }

  std::size_t take(Buffer to) noexcept {
    const std::size_t size = std::min(to.size(), buffer_.view().size());
    if (size == 0) return 0;  // there may be no memory yet
    std::memcpy(to.data(), buffer_.view().data(), size);
    buffer_.use(size);
    return size;
  }

  R reader_;
  ReadBuffer buffer_;
};

}  // namespace ari::io
