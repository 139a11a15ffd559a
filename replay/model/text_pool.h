// TextPool: texts and places that occur again and again, each kept once.
//
// A run may make a hundred thousand timers, all of them called "Sleep" and made in three
// places. What the model says of each is a view of text that lives here.
#pragma once

#include <array>
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_set>

#include "replay/model/task.h"
#include "subscriber/record.h"

namespace ari::replay {

// Not thread-safe. Memory grows with the number of different texts and places.
class TextPool {
 public:
  // The same text, valid for as long as the pool is.
  std::string_view keep(std::string_view text) {
    const auto known = texts_.find(text);
    return known != texts_.end() ? *known : *texts_.emplace(text).first;
  }

  // The same place, likewise. A poll in three is about one, and nearly always one of a few.
  const SourceLocation* keep(const subscriber::Location& place) {
    const SourceLocation*& recent = recent_[place.line % recent_.size()];
    if (recent == nullptr || !is_same(*recent, place)) {
      recent = &*places_
                     .insert({std::string(place.file), place.line, place.column,
                              std::string(place.function)})
                     .first;
    }
    return recent;
  }

 private:
  static bool is_same(const SourceLocation& a, const subscriber::Location& b) noexcept {
    return a.line == b.line && a.column == b.column && a.file == b.file && a.function == b.function;
  }

  struct PlaceHash {
    std::size_t operator()(const SourceLocation& place) const noexcept {
      const std::hash<std::string> text;
      return text(place.file) ^ (text(place.function) * 31) ^ (place.line * 1009 + place.column);
    }
  };
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const noexcept {
      return std::hash<std::string_view>()(text);
    }
  };
  std::unordered_set<std::string, Hash, std::equal_to<>> texts_;
  std::unordered_set<SourceLocation, PlaceHash> places_;
  std::array<const SourceLocation*, 64> recent_{};  // by line
};

}  // namespace ari::replay
