// Belonging: what a task has in its frame. It counts how many of its kind are alive, on
// whichever threads they are made and destroyed.
#pragma once

#include <atomic>

namespace ari::test {

class Belonging {
 public:
  explicit Belonging(int& alive) : alive_(&alive) { add(1); }
  Belonging(const Belonging& other) noexcept : alive_(other.alive_) { add(1); }
  Belonging& operator=(const Belonging&) = default;
  ~Belonging() { add(-1); }

  // How many are alive while other threads may be at it.
  static int count(int& alive) noexcept { return std::atomic_ref(alive).load(); }

 private:
  void add(int n) noexcept { std::atomic_ref(*alive_).fetch_add(n); }

  int* alive_;
};

}  // namespace ari::test
