// The source locations that an ari JSONL log has defined so far, by its numbers for them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

#include "subscriber/record.h"

namespace ari::replay {

class JsonlLocations {
 public:
  void define(std::uint64_t number, const subscriber::Location& location) {
    by_number_[number] = {std::string(location.file), std::string(location.function), location.line,
                          location.column};
  }

  // The location with this number, or none (line 0). Valid until it is defined anew.
  subscriber::Location find(std::uint64_t number) const {
    const auto it = by_number_.find(number);
    if (it == by_number_.end()) return {};
    const Owned& owned = it->second;
    return {owned.file, owned.line, owned.column, owned.function};
  }

  void clear() { by_number_.clear(); }

 private:
  struct Owned {
    std::string file;
    std::string function;
    std::uint32_t line = 0;
    std::uint32_t column = 0;
  };
  std::unordered_map<std::uint64_t, Owned> by_number_;
};

}  // namespace ari::replay
