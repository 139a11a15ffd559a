// io::copy and io::read_to_end: whole streams at a time.
//
//   std::uint64_t bytes = co_await ari::io::copy(from, to);
//   std::string text;
//   co_await ari::io::read_to_end(stream, text);
//
// For everything that has the read() and write_all() of a TcpStream, halves included; they may be
// coroutines. Both take references, so they are to be awaited where they are called, not spawned.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "runtime/io/bytes.h"
#include "runtime/task/branch.h"

namespace ari::io {

template <class R>
concept Reader = requires(R& reader, Buffer buffer) {
  { reader.read(buffer) } -> task::Branchable;
};

template <class W>
concept Writer = requires(W& writer, Bytes bytes) {
  { writer.write_all(bytes) } -> task::Branchable;
};

inline constexpr std::size_t kChunkBytes = 8192;

// Reads until the end and writes everything; gives the number of bytes. If the task is
// cancelled, up to 8192 bytes that were read are lost. `from` and `to` may be one stream.
template <Reader R, Writer W>
Task<std::uint64_t> copy(R& from, W& to) {
  const auto chunk = std::make_unique_for_overwrite<char[]>(kChunkBytes);
  std::uint64_t copied = 0;
  while (true) {
    const std::size_t got = co_await from.read(Buffer(chunk.get(), kChunkBytes));
    if (got == 0) co_return copied;
    co_await to.write_all(Bytes(chunk.get(), got));
    copied += got;
  }
}

// Appends to `text` all that comes until the end; gives the number of bytes. On an error, or
// if the task is cancelled, what came before is in `text`. Sets no limit to what a peer sends.
template <Reader R>
Task<std::size_t> read_to_end(R& from, std::string& text) {
  const std::size_t before = text.size();
  const auto chunk = std::make_unique_for_overwrite<char[]>(kChunkBytes);
  while (true) {
    const std::size_t got = co_await from.read(Buffer(chunk.get(), kChunkBytes));
    if (got == 0) co_return text.size() - before;
    text.append(chunk.get(), got);
  }
}

}  // namespace ari::io
