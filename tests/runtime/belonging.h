// Belonging: what a task has in its frame. It counts how many of its kind are alive.
#pragma once

namespace ari::test {

class Belonging {
 public:
  explicit Belonging(int& alive) : alive_(&alive) { ++*alive_; }
  Belonging(const Belonging& other) noexcept : alive_(other.alive_) { ++*alive_; }
  Belonging& operator=(const Belonging&) = default;
  ~Belonging() { --*alive_; }

 private:
  int* alive_;
};

}  // namespace ari::test
