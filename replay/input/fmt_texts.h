// FmtTexts: the texts of the spans that are open, each kept once under a small number.
//
// A span's text repeats on every line about it and in it, so lines are compared with
// what is kept here rather than taken apart. A text is forgotten when nobody holds it.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace ari::replay {

class FmtTexts {
 public:
  using Number = std::uint32_t;
  static constexpr Number kNone = 0xffff'ffff;

  // kNone if nobody holds this text.
  Number find(std::string_view text) const {
    const auto it = numbers_.find(text);
    return it == numbers_.end() ? kNone : it->second;
  }

  // The text's number; the caller holds it once more.
  Number hold(std::string_view text);
  void release(Number number);

  const std::string& operator[](Number number) const { return texts_[number].text; }

 private:
  struct Hash {
    std::size_t operator()(std::string_view text) const noexcept;
  };
  struct Text {
    std::string text;
    std::uint32_t holders = 0;
  };

  std::deque<Text> texts_;  // growing moves none: numbers_ points into it
  std::vector<Number> free_;
  std::unordered_map<std::string_view, Number, Hash> numbers_;
};

}  // namespace ari::replay
