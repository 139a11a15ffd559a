// RecordedNames: what the pointers in a dead program's chunks meant, out of its name book.
#pragma once

#include <cstddef>
#include <deque>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "subscriber/decoder.h"

namespace ari::replay {

class RecordedNames final : public subscriber::Symbols {
 public:
  // Reads the first `bytes` of some of the book's pages, which must outlive it. Stops at what is no
  // entry; returns how many bytes were understood.
  std::size_t add(const std::byte* pages, std::size_t bytes);

  // What is not in the book is called "?" and has no fields.
  const trace::Metadata& metadata(const trace::Metadata* key) const override;
  static const trace::Metadata& unknown() noexcept;
  subscriber::Location place(const std::source_location& key) const override;

 private:
  struct Callsite {
    trace::Metadata metadata;
    std::vector<std::string_view> fields;
  };
  bool read_entry(const std::byte* entry, std::size_t bytes);

  std::deque<Callsite> callsites_;  // grows without moving what is in it
  std::unordered_map<std::uint64_t, const trace::Metadata*> metadata_;
  std::unordered_map<std::uint64_t, subscriber::Location> places_;
};

}  // namespace ari::replay
