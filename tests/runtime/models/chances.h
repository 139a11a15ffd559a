// Chances: what a model test throws dice for, and how it polls: by itself, and now and then in a
// poll whose budget is used up, which may not lose anything.
#pragma once

#include <cstddef>
#include <memory>
#include <random>
#include <vector>

#include "runtime/ari.h"

namespace ari::test {

class Chances {
 public:
  explicit Chances(unsigned seed) : random_(seed) {}

  // 0 to n - 1. Requires: n > 0.
  std::size_t below(std::size_t n) { return random_() % n; }
  bool one_in(std::size_t n) { return below(n) == 0; }

 private:
  std::mt19937 random_;
};

// Polls a future once; `starved`: with no budget left. Gives whether it was ready.
template <Future F>
class PollWith {
 public:
  PollWith(F& future, bool starved) noexcept : future_(future), starved_(starved) {}

  Poll poll(Context& cx) noexcept {
    if (starved_) {
      while (!cx.is_exhausted()) static_cast<void>(cx.take_budget());
    }
    is_ready_ = future_.poll(cx) == Poll::kReady;
    return Poll::kReady;
  }
  bool result() const noexcept { return is_ready_; }

 private:
  F& future_;
  const bool starved_;
  bool is_ready_ = false;
};
template <Future F>
PollWith<F> poll_with(F& future, bool starved) noexcept {
  return PollWith<F>(future, starved);
}

// Takes one out at random. Requires: there is one.
template <class T>
T take_any(std::vector<T>& from, Chances& chances) {
  const auto at = from.begin() + static_cast<std::ptrdiff_t>(chances.below(from.size()));
  T taken = std::move(*at);
  from.erase(at);
  return taken;
}

}  // namespace ari::test
