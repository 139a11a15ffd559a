// unconstrained and consume_budget: the cooperative budget (context.h) as a program sees it.
//
// A task whose futures are always ready has to give way after 128 of them; nothing else
// needs to be done for that. Two cases want more:
//
//   auto value = co_await ari::task::unconstrained(drain(queue));   // does not give way
//
//   for (const Row& row : rows) {            // computes, and waits for nothing
//     digest(row);
//     co_await ari::task::consume_budget();  // gives way, every 128th time
//   }
#pragma once

#include <utility>

#include "runtime/task/branch.h"

namespace ari::task {

// A Future. Stays where it is.
template <Branchable F>
class Unconstrained {
 public:
  static constexpr bool kBorrows = kIsBorrowed<F>;

  explicit Unconstrained(F&& future) : future_(lend(future)) {}
  Unconstrained(const Unconstrained&) = delete;
  Unconstrained& operator=(const Unconstrained&) = delete;

  Poll poll(Context& cx) noexcept {
    const Context::Unconstrained endless(cx);
    return future_.poll(cx);
  }

  decltype(auto) result() {
    if constexpr (requires { future_.result(); }) return future_.result();
  }

  void visit_branches(BranchVisitor& visitor) const { visit_branches_of(future_, visitor); }

 private:
  BranchOf<F> future_;
};

// Waits for a Task or a Future and never gives way while that one is polled. Whoever shares
// the worker waits as long.
template <Branchable F>
[[nodiscard("does nothing until it is co_awaited")]] auto unconstrained(F&& future) {
  return Unconstrained<F>(std::forward<F>(future));
}

class ConsumeBudget {
 public:
  ConsumeBudget() noexcept = default;
  Poll poll(Context& cx) noexcept { return cx.take_budget() ? Poll::kReady : Poll::kPending; }
};

// Uses up one unit of the budget; lets others run first if there is none left.
[[nodiscard("does nothing until it is co_awaited")]] inline ConsumeBudget
consume_budget() noexcept {
  return ConsumeBudget();
}

}  // namespace ari::task
