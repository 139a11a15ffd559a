// ForkMark: a number that a forked child finds to be 0.
//
// A child has none of the threads that would read what it records, and of a ring file's pages not
// even those. A fork handler tells it so, but too late where others of the program run before, and
// never where the child was made by _Fork() or clone(). A page that the system empties in each
// child tells it at once, and costs its parent a load.
#pragma once

#include <cstdint>

namespace ari::subscriber {

class ForkMark {
 public:
  // Requires: `number` is not 0.
  explicit ForkMark(std::uint64_t number) noexcept;
  ~ForkMark();
  ForkMark(const ForkMark&) = delete;
  ForkMark& operator=(const ForkMark&) = delete;

  // What it was made with; in a child 0, unless that shares its parent's memory, as that of
  // vfork() does, or is_possible() is not. Any thread.
  std::uint64_t number() const noexcept { return *number_; }

  // Whether the system can do it: Linux, from 4.14 on.
  static bool is_possible() noexcept;

 private:
  std::uint64_t own_;  // used without such a page only
  const std::uint64_t* number_;
};

}  // namespace ari::subscriber
