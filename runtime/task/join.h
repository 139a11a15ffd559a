// join and try_join: wait for several at once, until all are ready.
//
//   auto both = co_await ari::join(fetch(left), fetch(right));
//   int sum = std::get<0>(both) + std::get<1>(both);
//
// All are polled inside of this one task, in turn; for running on several threads they
// have to be spawned. The result is a std::tuple of what they yielded (std::monostate for
// nothing), in the order given. If one throws, join waits for the others all the same and
// then throws what was thrown first; try_join throws it at once and drops the others.
// What dropping means, and what happens to names and temporaries, is as with select
// (select.h). A Task is destroyed, with its parameters, as soon as it has ended.
#pragma once

#include <cstddef>
#include <exception>
#include <optional>
#include <tuple>
#include <utility>

#include "runtime/task/branch.h"

namespace ari {

namespace task {

enum class OnError : bool { kGoOn, kStop };

// A Future. Stays where it is.
template <OnError kOnError, Branchable... Fs>
class Join {
  static constexpr std::size_t kCount = sizeof...(Fs);
  static_assert(kCount > 0, "join needs something to wait for");

 public:
  static constexpr bool kBorrows = (kIsBorrowed<Fs> || ...);

  explicit Join(Fs&&... futures) : parts_(lend(futures)...) {}
  Join(const Join&) = delete;
  Join& operator=(const Join&) = delete;

  Poll poll(Context& cx) noexcept {
    // Each poll begins with another one, so that no part uses up every poll's budget.
    std::size_t part = first_;
    first_ = next(first_);
    for (std::size_t asked = 0; asked < kCount; ++asked, part = next(part)) {
      poll_part(part, cx, kAll);
      if (kOnError == OnError::kStop && error_) {
        std::apply([](auto&... each) { (cancel(each.future), ...); }, parts_);
        return Poll::kReady;
      }
    }
    return left_ == 0 ? Poll::kReady : Poll::kPending;
  }

  std::tuple<ValueOf<Fs>...> result() {
    if (error_) std::rethrow_exception(error_);
    return std::apply(
        [](auto&... part) { return std::tuple<ValueOf<Fs>...>(*std::move(part.value)...); },
        parts_);
  }

  void visit_branches(BranchVisitor& visitor) const {
    const auto visit = [&](const auto& part) {
      if (!part.ended) visit_branches_of(part.future, visitor);
    };
    std::apply([&](const auto&... part) { (visit(part), ...); }, parts_);
  }

 private:
  template <Branchable F>
  struct Part {
    template <class A>
    explicit Part(A&& lent) : future(std::forward<A>(lent)) {}

    BranchOf<F> future;
    bool ended = false;
    std::optional<ValueOf<F>> value;  // if it did not throw
  };

  static constexpr auto kAll = std::make_index_sequence<kCount>();
  static constexpr std::size_t next(std::size_t part) noexcept {
    return part + 1 < kCount ? part + 1 : 0;
  }

  template <std::size_t... I>
  void poll_part(std::size_t part, Context& cx, std::index_sequence<I...>) noexcept {
    ((I == part ? advance(std::get<I>(parts_), cx) : void()), ...);
  }

  template <class P>
  void advance(P& part, Context& cx) noexcept {
    if (part.ended || part.future.poll(cx) == Poll::kPending) return;
    part.ended = true;
    --left_;
    try {
      part.value.emplace(take_value(part.future));
    } catch (...) {
      if (!error_) error_ = std::current_exception();
    }
  }

  std::tuple<Part<Fs>...> parts_;
  std::size_t first_ = 0;
  std::size_t left_ = kCount;
  std::exception_ptr error_;  // the first
};

}  // namespace task

template <task::Branchable... Fs>
[[nodiscard("join does nothing until it is co_awaited")]] auto join(Fs&&... futures) {
  return task::Join<task::OnError::kGoOn, Fs...>(std::forward<Fs>(futures)...);
}

template <task::Branchable... Fs>
[[nodiscard("try_join does nothing until it is co_awaited")]] auto try_join(Fs&&... futures) {
  return task::Join<task::OnError::kStop, Fs...>(std::forward<Fs>(futures)...);
}

}  // namespace ari
