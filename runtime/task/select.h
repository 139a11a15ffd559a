// select: waits for whichever of several comes first.
//
//   auto first = co_await ari::select(inbox.notified(), ari::time::sleep(seconds(1)));
//   if (first.index() == 1) co_return;                  // nothing came for a second
//
//   auto won = co_await ari::select(download(url), ask_the_cache(url));
//   std::string page = won.index() == 0 ? std::get<0>(won) : std::get<1>(won);
//
// All of them are polled inside of this one task, in turn, whenever it is woken, until one
// is ready. The result is a std::variant with an alternative for each: index() says which
// it was, std::get gives what it yielded (std::monostate for nothing). What it threw is
// thrown here. The others are dropped: a Task is destroyed wherever it waits, a temporary
// at the end of the expression. A future or JoinHandle that has a name is only referred
// to; it lives on and may be awaited again. So futures that must not lose anything when
// they are dropped halfway ("cancel safe") are named outside of the loop that selects.
//
// Who is asked first changes at random, so that none is starved by one that is always
// ready; select_biased() asks in the order given. C++ leaves open in which order the
// arguments are made, and makes them all: a coroutine only begins when it is polled.
#pragma once

#include <cstddef>
#include <tuple>
#include <utility>
#include <variant>

#include "runtime/task/branch.h"
#include "runtime/task/random.h"

namespace ari {

namespace task {

enum class Order : bool { kRandom, kAsGiven };

// A Future. Stays where it is.
template <Order kOrder, Branchable... Fs>
class Select {
  static constexpr std::size_t kCount = sizeof...(Fs);
  static_assert(kCount > 0, "select needs something to wait for");

 public:
  static constexpr bool kBorrows = (kIsBorrowed<Fs> || ...);
  using Result = std::variant<ValueOf<Fs>...>;

  explicit Select(Fs&&... futures) : branches_(lend(futures)...) {}
  Select(const Select&) = delete;
  Select& operator=(const Select&) = delete;

  Poll poll(Context& cx) noexcept {
    // Without budget most of them could not get on, and the rest would be preferred.
    if (!cx.has_budget()) return Poll::kPending;
    std::size_t branch = kOrder == Order::kRandom ? random_below(kCount) : 0;
    for (std::size_t asked = 0; asked < kCount; ++asked) {
      if (poll_branch(branch, cx, kAll) == Poll::kReady) {
        winner_ = branch;
        cancel_losers(kAll);
        return Poll::kReady;
      }
      branch = branch + 1 < kCount ? branch + 1 : 0;
    }
    return Poll::kPending;
  }

  Result result() { return take_winner<0>(); }

  void visit_branches(BranchVisitor& visitor) const {
    std::apply([&](const auto&... branch) { (visit_branches_of(branch, visitor), ...); },
               branches_);
  }

 private:
  static constexpr auto kAll = std::make_index_sequence<kCount>();

  template <std::size_t... I>
  Poll poll_branch(std::size_t branch, Context& cx, std::index_sequence<I...>) noexcept {
    Poll poll = Poll::kPending;
    static_cast<void>(((I == branch && (poll = std::get<I>(branches_).poll(cx), true)) || ...));
    return poll;
  }

  template <std::size_t... I>
  void cancel_losers(std::index_sequence<I...>) noexcept {
    ((I != winner_ ? cancel(std::get<I>(branches_)) : void()), ...);
  }

  template <std::size_t I>
  Result take_winner() {
    if constexpr (I + 1 < kCount) {
      if (I != winner_) return take_winner<I + 1>();
    }
    return Result(std::in_place_index<I>, take_value(std::get<I>(branches_)));
  }

  std::tuple<BranchOf<Fs>...> branches_;
  std::size_t winner_ = kCount;  // once ready
};

}  // namespace task

template <task::Branchable... Fs>
[[nodiscard("select does nothing until it is co_awaited")]] auto select(Fs&&... futures) {
  return task::Select<task::Order::kRandom, Fs...>(std::forward<Fs>(futures)...);
}

template <task::Branchable... Fs>
[[nodiscard("select does nothing until it is co_awaited")]] auto select_biased(Fs&&... futures) {
  return task::Select<task::Order::kAsGiven, Fs...>(std::forward<Fs>(futures)...);
}

}  // namespace ari
