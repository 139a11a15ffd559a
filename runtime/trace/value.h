// A field's value: what one span or event says of one of its fields.
//
// Instrumented code builds values on its stack and hands them to the Subscriber,
// which copies what it keeps. A Value never owns its text: a string must outlive
// the call that it is passed to, and no longer.
#pragma once

#include <concepts>
#include <cstdint>
#include <string_view>

namespace ari::trace {

// These numbers are written into ring files: they never change.
enum class ValueType : std::uint8_t {
  kNone = 0,     // the field is absent from this span or event
  kU64 = 1,      // unsigned integer
  kI64 = 2,      // signed integer
  kF64 = 3,      // floating point
  kBool = 4,     // true or false
  kStr = 5,      // text, printed in quotes: kind="timer"
  kDisplay = 6,  // text, printed bare: kind=task
};

class Value {
 public:
  constexpr Value() noexcept : type_(ValueType::kNone), u64_(0) {}
  constexpr Value(bool v) noexcept : type_(ValueType::kBool), u64_(v) {}
  template <std::unsigned_integral T>
    requires(!std::same_as<T, bool>)
  constexpr Value(T v) noexcept : type_(ValueType::kU64), u64_(v) {}
  template <std::signed_integral T>
  constexpr Value(T v) noexcept : type_(ValueType::kI64), i64_(v) {}
  constexpr Value(double v) noexcept : type_(ValueType::kF64), f64_(v) {}
  constexpr Value(std::string_view v) noexcept : type_(ValueType::kStr), text_(v) {}
  constexpr Value(const char* v) noexcept : Value(std::string_view(v)) {}

  // Text that is printed without quotes, as Rust's Display would.
  static constexpr Value display(std::string_view v) noexcept {
    Value value(v);
    value.type_ = ValueType::kDisplay;
    return value;
  }

  constexpr ValueType type() const noexcept { return type_; }
  constexpr bool is_text() const noexcept { return type_ >= ValueType::kStr; }

  // Requires: type() is the one that the accessor names; text() takes kStr and kDisplay.
  constexpr std::uint64_t as_u64() const noexcept { return u64_; }
  constexpr std::int64_t as_i64() const noexcept { return i64_; }
  constexpr double as_f64() const noexcept { return f64_; }
  constexpr bool as_bool() const noexcept { return u64_ != 0; }
  constexpr std::string_view text() const noexcept { return text_; }

 private:
  ValueType type_;
  union {
    std::uint64_t u64_;
    std::int64_t i64_;
    double f64_;
    std::string_view text_;
  };
};

}  // namespace ari::trace
