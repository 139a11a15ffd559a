#include "replay/input/fmt_texts.h"

#include <cstring>

namespace ari::replay {

namespace {

std::uint64_t load(const char* from, std::size_t bytes) noexcept {
  std::uint64_t value = 0;
  if (bytes != 0) std::memcpy(&value, from, bytes);  // an empty text may have no place at all
  return value;
}

}  // namespace

// Multiplies eight bytes a step into a running value and folds the product's upper half
// in. Texts are hundreds of bytes long and one is looked up on most lines, so the
// library's hash would take longer than all the rest of the look-up.
std::size_t FmtTexts::Hash::operator()(std::string_view text) const noexcept {
  constexpr std::uint64_t kOdd = 0x9e37'79b9'7f4a'7c15;
  std::uint64_t hash = text.size();
  const auto mix = [&hash](std::uint64_t bytes) {
    __extension__ using Wide = unsigned __int128;
    const Wide product = static_cast<Wide>(hash ^ bytes) * kOdd;
    hash = static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
  };
  const char* at = text.data();
  std::size_t left = text.size();
  for (; left > 8; left -= 8, at += 8) mix(load(at, 8));
  mix(load(at, left));
  return hash;
}

FmtTexts::Number FmtTexts::hold(std::string_view text) {
  Number number = find(text);
  if (number == kNone) {
    if (free_.empty()) {
      free_.push_back(static_cast<Number>(texts_.size()));
      texts_.emplace_back();
    }
    number = free_.back();
    free_.pop_back();
    texts_[number].text = text;
    numbers_.emplace(texts_[number].text, number);
  }
  ++texts_[number].holders;
  return number;
}

void FmtTexts::release(Number number) {
  Text& text = texts_[number];
  if (--text.holders > 0) return;
  numbers_.erase(text.text);
  // The room is kept for the next text.
  text.text.clear();
  free_.push_back(number);
}

}  // namespace ari::replay
