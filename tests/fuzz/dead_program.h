// DeadProgram: the ring file and the log that a killed program leaves, made without a program. Its
// two threads have recorded one chunk of every kind, of which one ring has wrapped around and has
// lost some; rings are as small as they can be. The same bytes every time, but for addresses.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace ari::test {

// Aborts if the files cannot be made.
class DeadProgram {
 public:
  DeadProgram();
  ~DeadProgram();
  DeadProgram(const DeadProgram&) = delete;
  DeadProgram& operator=(const DeadProgram&) = delete;

  std::string ring_path() const { return folder_ + "/run.ring"; }

  // The ring file; what is written here is in the file at once.
  std::span<std::byte> bytes() const noexcept { return bytes_; }
  // Where in it something lies that is read; all else, nearly the whole megabyte, is empty.
  std::span<const std::uint32_t> used() const noexcept { return used_; }

 private:
  void record();
  void map();
  void use(std::size_t offset, std::size_t bytes);

  std::string folder_;  // in memory
  std::span<std::byte> bytes_;
  std::vector<std::uint32_t> used_;
};

}  // namespace ari::test
