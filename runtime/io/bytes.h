// Bytes and Buffer: where a write takes its bytes from, and where a read puts them.
//
//   co_await stream.write_all("PING\n");          // a literal, without its NUL
//   char chunk[4096];
//   std::size_t n = co_await stream.read(chunk);
//   co_await stream.write_all({chunk, n});
//
// Both only refer to memory, which has to stay until the operation is done. Arrays, spans,
// strings and vectors of a one-byte type convert to them. An array of const char is taken for
// a literal: all of it, but for one NUL at its end.
#pragma once

#include <cstddef>
#include <iterator>
#include <string_view>
#include <type_traits>

namespace ari::io {

template <class R>
concept ByteRange = requires(R& range) {
  std::size(range);
  requires sizeof(*std::data(range)) == 1;
  requires std::is_trivially_copyable_v<std::remove_reference_t<decltype(*std::data(range))>>;
};

template <class R>
concept WritableByteRange = ByteRange<R> && requires(R& range) {
  requires !std::is_const_v<std::remove_reference_t<decltype(*std::data(range))>>;
};

// Bytes to read from.
class Bytes {
 public:
  Bytes(const void* data, std::size_t size) noexcept
      : data_(static_cast<const std::byte*>(data)), size_(size) {}
  // A literal, without the NUL at its end; there may be others in it.
  template <std::size_t N>
  Bytes(const char (&text)[N]) noexcept : Bytes(text, text[N - 1] == '\0' ? N - 1 : N) {}
  // Text up to its NUL. A template so that arrays, which know their size, are not for it.
  template <class P>
    requires std::is_pointer_v<P> && std::is_convertible_v<P, const char*>
  Bytes(const P& text) noexcept : Bytes(std::string_view(text)) {}
  template <ByteRange R>
  Bytes(R&& range) noexcept : Bytes(std::data(range), std::size(range)) {}

  const std::byte* data() const noexcept { return data_; }
  std::size_t size() const noexcept { return size_; }
  Bytes after(std::size_t count) const noexcept { return {data_ + count, size_ - count}; }

 private:
  const std::byte* data_;
  std::size_t size_;
};

// Room to write to.
class Buffer {
 public:
  Buffer(void* data, std::size_t size) noexcept
      : data_(static_cast<std::byte*>(data)), size_(size) {}
  template <WritableByteRange R>
  Buffer(R&& range) noexcept : Buffer(std::data(range), std::size(range)) {}

  std::byte* data() const noexcept { return data_; }
  std::size_t size() const noexcept { return size_; }
  Buffer after(std::size_t count) const noexcept { return {data_ + count, size_ - count}; }

 private:
  std::byte* data_;
  std::size_t size_;
};

}  // namespace ari::io
