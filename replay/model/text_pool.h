// TextPool: texts that occur again and again, each kept once.
//
// A run may make a hundred thousand timers, all of them called "Sleep" and made in three
// places. What the model says of each is a view of text that lives here.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <unordered_set>

namespace ari::replay {

// Not thread-safe. Memory grows with the number of different texts.
class TextPool {
 public:
  // The same text, valid for as long as the pool is.
  std::string_view keep(std::string_view text) {
    const auto known = texts_.find(text);
    return known != texts_.end() ? *known : *texts_.emplace(text).first;
  }

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const noexcept {
      return std::hash<std::string_view>()(text);
    }
  };
  std::unordered_set<std::string, Hash, std::equal_to<>> texts_;
};

}  // namespace ari::replay
