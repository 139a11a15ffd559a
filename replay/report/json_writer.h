// JsonWriter: the JSON of reports, written key by key in the order that is documented.
//
// Puts the commas, escapes the text, prints integers in full (an id may need all of 64
// bits) and breaks lines between the elements of the lists that are asked to: reports
// have one element a line, so that they can be compared and searched with line tools.
#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ari::replay {

class JsonWriter {
 public:
  explicit JsonWriter(std::string& out) : out_(out) {}

  void begin_object() { begin('{'); }
  void end_object() { end('}'); }
  void begin_list() { begin('['); }
  void end_list() { end(']'); }

  // The next element of the list starts on a line of its own.
  void new_line();

  void key(std::string_view name);

  void value(std::string_view text);
  void value(const char* text) { value(std::string_view(text)); }
  void value(bool v);
  void value(std::unsigned_integral auto v) { number(static_cast<std::uint64_t>(v)); }
  void value(std::signed_integral auto v) { number(static_cast<std::int64_t>(v)); }
  void null();
  // A number as it stands. Requires: `text` is one by JSON's grammar.
  void raw_number(std::string_view text);

  template <typename T>
  void value(const std::optional<T>& v) {
    if (v.has_value()) {
      value(*v);
    } else {
      null();
    }
  }

  // key() and value() in one.
  template <typename T>
  void member(std::string_view name, const T& v) {
    key(name);
    value(v);
  }

 private:
  void begin(char bracket);
  void end(char bracket);
  void separate();
  void number(std::uint64_t v);
  void number(std::int64_t v);

  std::string& out_;
  bool comma_due_ = false;  // something stands before in the same object or list
};

}  // namespace ari::replay
