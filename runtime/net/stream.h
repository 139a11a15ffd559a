// Stream: what TcpStream and UnixStream have in common: bytes in order, both ways.
//
// Any number of tasks may read and write at once, on any threads; who reads what is then
// theirs to arrange. split() and into_split() (stream_halves.h) give each side its own
// object. Every operation is a Future and throws std::system_error from its co_await.
//
// The first operation that has to wait ties the stream to the runtime it is in: that one watches
// the descriptor as long as the stream lives, and wakes tasks of other runtimes too, while it runs.
//
// Cancel safety: a read() or write() that is dropped before it is ready has moved nothing.
#pragma once

#include <optional>

#include "runtime/net/stream_operations.h"
#include "runtime/net/vectored_write.h"

namespace ari::net {

class Stream {
 public:
  // Reads what there is, up to the buffer's size; waits if there is nothing. Gives 0 at the
  // end of the stream, or for an empty buffer.
  Read read(io::Buffer buffer) noexcept { return Read(socket_, *kinds_, buffer); }
  ReadExact read_exact(io::Buffer buffer) noexcept { return ReadExact(socket_, *kinds_, buffer); }

  // Writes as much as there is room for; waits if there is none. A stream that the peer has
  // closed fails with broken_pipe or connection_reset; there is no SIGPIPE.
  Write write(io::Bytes bytes) noexcept { return Write(socket_, *kinds_, bytes); }
  WriteAll write_all(io::Bytes bytes) noexcept { return WriteAll(socket_, *kinds_, bytes); }

  // The same of several buffers, one after the other; the array has to live on meanwhile.
  //
  //   const std::array<ari::io::Bytes, 2> parts{header, body};
  //   co_await stream.write_all_vectored(parts);
  WriteVectored write_vectored(std::span<const io::Bytes> buffers) noexcept {
    return WriteVectored(socket_, *kinds_, buffers);
  }
  WriteAllVectored write_all_vectored(std::span<const io::Bytes> buffers) noexcept {
    return WriteAllVectored(socket_, *kinds_, buffers);
  }

  // Wait until a read, or a write, would not have to.
  Ready readable() noexcept { return Ready(socket_, kinds_->readable); }
  Ready writable() noexcept { return Ready(socket_, kinds_->writable); }

  // The same as read() and write() without waiting: nothing if they would have to. Throw
  // std::system_error. Not on record.
  std::optional<std::size_t> try_read(io::Buffer buffer);
  std::optional<std::size_t> try_write(io::Bytes bytes);

  // Ends the side that writes: the peer reads to the end of what was written and then 0.
  // Reading goes on. Throws std::system_error.
  void shutdown();

  int native_handle() const noexcept { return socket_.fd(); }

 protected:
  // `kinds` is static.
  Stream(Socket socket, const StreamKinds& kinds) noexcept;
  ~Stream() = default;
  Stream(Stream&&) noexcept = default;
  Stream& operator=(Stream&&) noexcept = default;

 private:
  Socket socket_;
  const StreamKinds* kinds_;
};

}  // namespace ari::net
