// What stands for the value of a field in ARI_INFO and its kin (callsite.h), and what a compiler
// says of one that cannot be.
#pragma once

#include <type_traits>

#include "runtime/trace/value.h"

namespace ari::trace::field {

// A field that was not written as a pair.
struct NotAPair {};

// T: as decltype((value)) has it. A pointer converts to bool, which is never what was meant.
template <class T>
inline constexpr bool kIsValue =
    std::is_constructible_v<Value, T> &&
    (!std::is_pointer_v<std::remove_cvref_t<T>> || std::is_convertible_v<T, const char*>);

// In place of a Value, where there can be none: so that one error is all that is said.
template <class T>
class Refused {
 public:
  explicit constexpr Refused(const auto&) noexcept {}

  constexpr operator Value() const noexcept {
    using Thing = std::remove_cvref_t<T>;
    constexpr bool kIsPair = !std::is_same_v<Thing, NotAPair>;
    constexpr bool kIsEnumerator = std::is_enum_v<Thing>;
    static_assert(kIsPair, "a field is a name and a value in parentheses: (\"bytes\", n)");
    static_assert(!kIsEnumerator,
                  "a field's value is no enumerator: give its name, or static_cast<int>(it)");
    static_assert(!kIsPair || kIsEnumerator,
                  "a field's value is a number, a bool or text (std::string_view, const char*)");
    return Value();
  }
};

template <class T>
using Of = std::conditional_t<kIsValue<T>, Value, Refused<T>>;

}  // namespace ari::trace::field
