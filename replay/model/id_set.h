// IdSet: span ids, many of them and next to each other, in an eighth of a byte each.
#pragma once

#include <cstdint>

#include "replay/model/id_table.h"

namespace ari::replay {

// Not thread-safe. Constant time.
class IdSet {
 public:
  void add(SpanId id) {
    Word* word = words_.find(key(id));
    if (word == nullptr) word = &words_.add(key(id));
    word->bits |= bit(id);
  }
  bool contains(SpanId id) noexcept {
    const Word* word = words_.find(key(id));
    return word != nullptr && (word->bits & bit(id)) != 0;
  }
  void clear() noexcept { words_.clear(); }

 private:
  struct Word {
    std::uint64_t id = 0;    // which 64 ids, from 1 on
    std::uint64_t bits = 0;  // which of them are there
  };

  static std::uint64_t key(SpanId id) noexcept { return (id >> 6) + 1; }
  static std::uint64_t bit(SpanId id) noexcept { return std::uint64_t{1} << (id & 63); }

  IdTable<Word> words_;
};

}  // namespace ari::replay
