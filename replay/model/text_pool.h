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
    if (text.empty()) return {};
    std::string_view& recent = recent_texts_[place_of(text)];
    if (recent != text) {
      const auto known = texts_.find(text);
      recent = known != texts_.end() ? *known : *texts_.emplace(text).first;
    }
    return recent;
  }

  // The same place, likewise. A poll in three is about one, and nearly always one of a few: those
  // with a callsite, as Record has it, are not compared.
  const SourceLocation* keep(const subscriber::Location& place, const void* callsite = nullptr) {
    RecentPlace& recent = recent_places_[place.line % recent_places_.size()];
    const bool is_it = recent.place != nullptr && recent.callsite == callsite &&
                       (callsite != nullptr || is_same(*recent.place, place));
    if (!is_it) {
      const auto known = places_.insert(
          {std::string(place.file), place.line, place.column, std::string(place.function)});
      recent = {&*known.first, callsite};
    }
    return recent.place;
  }

 private:
  static bool is_same(const SourceLocation& a, const subscriber::Location& b) noexcept {
    return a.line == b.line && a.column == b.column && a.file == b.file && a.function == b.function;
  }

  // Of a text that is not empty, where it was kept if it was one of the last.
  std::size_t place_of(std::string_view text) const noexcept {
    const auto first = static_cast<unsigned char>(text.front());
    const auto last = static_cast<unsigned char>(text.back());
    return (text.size() * 7 + first + last * 3u) % recent_texts_.size();
  }

  struct RecentPlace {
    const SourceLocation* place = nullptr;
    const void* callsite = nullptr;
  };
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
  std::array<std::string_view, 64> recent_texts_;  // by place_of()
  std::array<RecentPlace, 64> recent_places_{};    // by line
};

}  // namespace ari::replay
