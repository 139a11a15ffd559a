// The halves of a stream: one object for who reads, one for who writes.
//
//   auto [reader, writer] = stream.split();                  // borrowed: the stream stays
//   auto [reader, writer] = std::move(stream).into_split();  // owned: it lives in both
//
// Owned halves may go to two tasks and two threads. The stream is closed with the last of
// them; the end of the writing half alone, by shutdown() or its destructor, is what the peer
// reads as the end. What the operations do is told in stream.h.
#pragma once

#include <memory>
#include <system_error>
#include <utility>

#include "runtime/net/stream.h"

namespace ari::net {

// `Pointer` is Stream* for a borrowed half and std::shared_ptr<Stream> for an owned one.
template <class Pointer>
class ReadHalfOf {
 public:
  explicit ReadHalfOf(Pointer stream) noexcept : stream_(std::move(stream)) {}

  Read read(io::Buffer buffer) noexcept { return stream_->read(buffer); }
  ReadExact read_exact(io::Buffer buffer) noexcept { return stream_->read_exact(buffer); }
  Ready readable() noexcept { return stream_->readable(); }
  std::optional<std::size_t> try_read(io::Buffer buffer) { return stream_->try_read(buffer); }

 private:
  Pointer stream_;
};

template <class Pointer>
class WriteHalfOf {
 public:
  explicit WriteHalfOf(Pointer stream) noexcept : stream_(std::move(stream)) {}

  Write write(io::Bytes bytes) noexcept { return stream_->write(bytes); }
  WriteAll write_all(io::Bytes bytes) noexcept { return stream_->write_all(bytes); }
  WriteVectored write_vectored(std::span<const io::Bytes> buffers) noexcept {
    return stream_->write_vectored(buffers);
  }
  WriteAllVectored write_all_vectored(std::span<const io::Bytes> buffers) noexcept {
    return stream_->write_all_vectored(buffers);
  }
  Ready writable() noexcept { return stream_->writable(); }
  std::optional<std::size_t> try_write(io::Bytes bytes) { return stream_->try_write(bytes); }
  void shutdown() { stream_->shutdown(); }

 protected:
  Pointer stream_;
};

using ReadHalf = ReadHalfOf<Stream*>;
using WriteHalf = WriteHalfOf<Stream*>;
using OwnedReadHalf = ReadHalfOf<std::shared_ptr<Stream>>;

class OwnedWriteHalf : public WriteHalfOf<std::shared_ptr<Stream>> {
 public:
  using WriteHalfOf::WriteHalfOf;
  OwnedWriteHalf(OwnedWriteHalf&&) noexcept = default;
  OwnedWriteHalf& operator=(OwnedWriteHalf other) noexcept {
    std::swap(stream_, other.stream_);
    return *this;
  }
  ~OwnedWriteHalf() {
    if (stream_ == nullptr) return;
    try {
      shutdown();
    } catch (const std::system_error&) {
      // Nobody is left to hear of it.
    }
  }
};

inline std::pair<ReadHalf, WriteHalf> borrow_halves(Stream& stream) noexcept {
  return {ReadHalf(&stream), WriteHalf(&stream)};
}
inline std::pair<OwnedReadHalf, OwnedWriteHalf> own_halves(
    std::shared_ptr<Stream> stream) noexcept {
  return {OwnedReadHalf(stream), OwnedWriteHalf(stream)};
}

}  // namespace ari::net
