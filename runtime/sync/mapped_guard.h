// map: narrows the guard of a Mutex or RwLock to a part of the value.
//
//   auto table = co_await tables.lock();
//   auto rows = ari::sync::map(std::move(table), &Tables::rows);    // still locked
//   rows->push_back(row);
//
// For functions that lock and hand out a part, and nothing else of what is locked. Of every
// guard, owned ones and those that read included; what one reads stays const.
#pragma once

#include <functional>
#include <type_traits>
#include <utility>

namespace ari::sync {

// Unlocks at its end. Moved, not copied; one that was moved from is not to be looked into.
template <class Guard, class U>
class [[nodiscard("dropped at once, it unlocks at once")]] MappedGuard {
 public:
  MappedGuard(Guard guard, U& part) noexcept : guard_(std::move(guard)), part_(&part) {}

  U& operator*() const noexcept { return *part_; }
  U* operator->() const noexcept { return part_; }

 private:
  Guard guard_;
  U* part_;
};

// `which`, a function or a pointer to a member, gets the value, or the part that a mapped guard
// has, and returns a reference into it.
template <class Guard, class Which>
  requires std::is_lvalue_reference_v<
      std::invoke_result_t<Which, decltype(*std::declval<const Guard&>())>>
auto map(Guard guard, Which which) {
  auto& part = std::invoke(std::move(which), *guard);
  return MappedGuard<Guard, std::remove_reference_t<decltype(part)>>(std::move(guard), part);
}

}  // namespace ari::sync
