// The operations on a stream: what read(), write() and their kin return. Each is a Future.
#pragma once

#include "runtime/io/bytes.h"
#include "runtime/net/operation.h"

namespace ari::net {

// What the operations of one type of stream have in common; static.
struct StreamKinds {
  OperationKind read, read_exact, write, write_all, write_vectored, write_all_vectored, readable,
      writable;
  // Whether a read or write that moves less than it could have has found the end of what
  // there is (TCP), or may just have met a boundary (Unix, where descriptors are passed).
  bool short_is_last;
};

// Gives the number of bytes read; 0 at the end of the stream.
class [[nodiscard("does nothing until it is co_awaited")]] Read final : public Operation {
 public:
  Read(Socket& socket, const StreamKinds& kinds, io::Buffer buffer) noexcept
      : Operation(socket, kinds.read), short_is_last_(kinds.short_is_last), buffer_(buffer) {}
  std::size_t result() const;

 private:
  Attempt attempt(int fd, std::uint64_t& progress) noexcept override;
  const bool short_is_last_;
  const io::Buffer buffer_;
  std::size_t read_ = 0;
};

// Fills the buffer; throws io::Errc::kUnexpectedEof if the stream ends before. One that is
// dropped has taken an unknown number of bytes.
class [[nodiscard("does nothing until it is co_awaited")]] ReadExact final : public Operation {
 public:
  ReadExact(Socket& socket, const StreamKinds& kinds, io::Buffer buffer) noexcept
      : Operation(socket, kinds.read_exact), short_is_last_(kinds.short_is_last), left_(buffer) {}
  void result() const { throw_if_failed(); }

 private:
  Attempt attempt(int fd, std::uint64_t& progress) noexcept override;
  const bool short_is_last_;
  io::Buffer left_;
};

// Gives the number of bytes written, which may be less than there are.
class [[nodiscard("does nothing until it is co_awaited")]] Write final : public Operation {
 public:
  static constexpr bool kMustUse = true;

  Write(Socket& socket, const StreamKinds& kinds, io::Bytes bytes) noexcept
      : Operation(socket, kinds.write), short_is_last_(kinds.short_is_last), bytes_(bytes) {}
  std::size_t result() const;

 private:
  Attempt attempt(int fd, std::uint64_t& progress) noexcept override;
  const bool short_is_last_;
  const io::Bytes bytes_;
  std::size_t written_ = 0;
};

// Writes all of it. One that is dropped has written an unknown number of bytes.
class [[nodiscard("does nothing until it is co_awaited")]] WriteAll final : public Operation {
 public:
  WriteAll(Socket& socket, const StreamKinds& kinds, io::Bytes bytes) noexcept
      : Operation(socket, kinds.write_all), short_is_last_(kinds.short_is_last), left_(bytes) {}
  void result() const { throw_if_failed(); }

 private:
  Attempt attempt(int fd, std::uint64_t& progress) noexcept override;
  const bool short_is_last_;
  io::Bytes left_;
};

// Waits until a socket can be read from, or written to, without blocking.
class [[nodiscard("does nothing until it is co_awaited")]] Ready final : public Operation {
 public:
  Ready(Socket& socket, const OperationKind& kind) noexcept
      : Operation(socket, kind), direction_(kind.direction) {}
  void result() const { throw_if_failed(); }

 private:
  Attempt attempt(int fd, std::uint64_t& progress) noexcept override;
  const Direction direction_;
};

}  // namespace ari::net
