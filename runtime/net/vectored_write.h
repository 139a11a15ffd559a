// Writes of several buffers by one system call: a header and a body, say, without copying them
// together. Each is a Future, which refers to the array of buffers as well as to their bytes.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <span>

#include "runtime/net/stream_operations.h"

namespace ari::net {

// What is left of the buffers.
class BuffersLeft {
 public:
  explicit BuffersLeft(std::span<const io::Bytes> buffers) noexcept : left_(buffers) { drop(0); }

  bool empty() const noexcept { return left_.empty(); }
  // Sends what one system call takes of them; `offered` is what it could have taken.
  ssize_t send(int fd, std::size_t& offered) const noexcept;
  // So many bytes are done with.
  void drop(std::size_t bytes) noexcept;

 private:
  std::span<const io::Bytes> left_;
  std::size_t begun_ = 0;  // how much of the first is done with; less than all of it
};

// Gives the number of bytes written, which may be less than there are.
class [[nodiscard("does nothing until it is co_awaited")]] WriteVectored final : public Operation {
 public:
  static constexpr bool kMustUse = true;

  WriteVectored(Socket& socket, const StreamKinds& kinds,
                std::span<const io::Bytes> buffers) noexcept
      : Operation(socket, kinds.write_vectored),
        short_is_last_(kinds.short_is_last),
        buffers_(buffers) {}
  std::size_t result() const;

 private:
  Attempt attempt(int fd, std::uint64_t& progress) noexcept override;
  const bool short_is_last_;
  const BuffersLeft buffers_;
  std::size_t written_ = 0;
};

// Writes all of them. One that is dropped has written an unknown number of bytes.
class [[nodiscard("does nothing until it is co_awaited")]] WriteAllVectored final
    : public Operation {
 public:
  WriteAllVectored(Socket& socket, const StreamKinds& kinds,
                   std::span<const io::Bytes> buffers) noexcept
      : Operation(socket, kinds.write_all_vectored),
        short_is_last_(kinds.short_is_last),
        left_(buffers) {}
  void result() const { throw_if_failed(); }

 private:
  Attempt attempt(int fd, std::uint64_t& progress) noexcept override;
  const bool short_is_last_;
  BuffersLeft left_;
};

}  // namespace ari::net
