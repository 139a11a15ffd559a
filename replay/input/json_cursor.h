// JsonCursor: walks over the JSON value of one log line, in the order it is written.
//
// The caller says what it expects next; the cursor reads it or remembers, once, where
// the line departs from that and what was found there instead. Nothing is built in
// memory: text is a view into the line, or into LineText where it holds escapes.
//
//   JsonCursor json(line.text, room);
//   json.object("", [&](std::string_view key) {
//     if (key == "id") return json.u64(key, id);
//     return json.skip();
//   }) && json.end();
//
// Strict by RFC 8259, with two exceptions: bytes that are not UTF-8 are let through (the
// caller checks where it matters), and integers must fit into 64 bits.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "replay/input/fault.h"
#include "replay/input/line_text.h"
#include "runtime/trace/value.h"

namespace ari::replay {

class JsonCursor {
 public:
  // `room` is started for this line. Requires: both outlive the cursor and what it reads.
  JsonCursor(std::string_view text, LineText& room)
      : begin_(text.data()), p_(text.data()), end_(text.data() + text.size()), room_(room) {
    room.start(text.size());
  }

  // Each returns false when the line is not so, and fault() tells why. `key` is whose
  // value is read, for the message; it may be empty.

  // Calls on_member(key) in front of each member's value; it reads the value and returns
  // whether that went well.
  template <typename OnMember>
  bool object(std::string_view key, OnMember&& on_member);
  // Calls on_element() in front of each element.
  template <typename OnElement>
  bool list(std::string_view key, OnElement&& on_element);
  bool string(std::string_view key, std::string_view& value);
  bool u64(std::string_view key, std::uint64_t& value);
  bool boolean(std::string_view key, bool& value);
  // A number, a boolean or a string, whichever it is.
  bool scalar(std::string_view key, trace::Value& value);
  // Any value at all.
  bool skip() { return skip(kDeepest); }
  // The same, and its text as it stands.
  bool raw(std::string_view& text);
  // Passes over `value` if it comes next, without looking at it again, and gives its text
  // in the line; false if something else comes. Requires: it is an object or a list that
  // was read before, ASCII throughout.
  bool repeated(std::string_view value, std::string_view& text) {
    skip_blanks();
    const std::string_view rest(p_, static_cast<std::size_t>(end_ - p_));
    if (!rest.starts_with(value)) return false;
    text = rest.substr(0, value.size());
    p_ += value.size();
    return true;
  }
  // Nothing but blanks up to the end of the line.
  bool end();

  // The first character of the next value; 0 at the end of the line.
  char peek();
  // Where the next value starts, or the end.
  std::size_t offset();

  // Makes the fault "expected …, found …" for the value at offset(). Always false.
  bool expected(std::string_view what, std::string_view key = {});
  // Makes a fault at `offset`. Always false.
  bool fail(std::size_t offset, std::string message);
  // Requires: something returned false.
  const Fault& fault() const noexcept { return fault_; }

  // Whether a string so far held a byte above 0x7f.
  bool saw_non_ascii() const noexcept { return !ascii_; }

 private:
  static constexpr int kDeepest = 128;  // objects and lists within each other

  void skip_blanks() {
    while (p_ < end_ && (*p_ == ' ' || *p_ == '\t' || *p_ == '\r' || *p_ == '\n')) ++p_;
  }
  bool take(char c) {
    skip_blanks();
    if (p_ == end_ || *p_ != c) return false;
    ++p_;
    return true;
  }
  bool member_key(std::string_view& key);
  bool skip(int levels);
  bool string_with_escapes(const char* opening, std::string_view& value);
  bool escape(std::string& to);
  bool hex4(char32_t& unit);
  bool number(std::string_view key, trace::Value& value);
  bool wrong_number(std::string_view what, std::string_view key, const char* end);
  bool word(std::string_view word);

  const char* begin_;
  const char* p_;
  const char* end_;
  LineText& room_;
  bool ascii_ = true;
  Fault fault_;
};

template <typename OnMember>
bool JsonCursor::object(std::string_view key, OnMember&& on_member) {
  if (!take('{')) return expected("an object", key);
  if (take('}')) return true;
  do {
    std::string_view name;
    if (!member_key(name) || !on_member(name)) return false;
  } while (take(','));
  return take('}') || expected("',' or '}'");
}

template <typename OnElement>
bool JsonCursor::list(std::string_view key, OnElement&& on_element) {
  if (!take('[')) return expected("a list", key);
  if (take(']')) return true;
  do {
    if (!on_element()) return false;
  } while (take(','));
  return take(']') || expected("',' or ']'");
}

}  // namespace ari::replay
