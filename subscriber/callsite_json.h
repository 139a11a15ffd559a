// CallsiteJson: what all lines of one callsite have in common, ready to be copied.
//
//   ,"target":"runtime::resource::poll_op"      "op_name":      "is_ready":
//
// A callsite says the same target and the same fields' names each time. They are turned into
// JSON once; of a line that comes again only the values are left to do.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "subscriber/record.h"

namespace ari::subscriber {

// Not thread-safe. Memory grows with the number of callsites.
class CallsiteJson {
 public:
  struct Pieces {
    const void* callsite = nullptr;
    std::string name;                // of kNew; empty as long as there was none
    std::string head;                // target and level
    std::vector<std::string> names;  // each field's, with its colon

    bool says_all_of(const Record& record) const noexcept {
      return names.size() >= record.fields.size() &&
             (record.kind == RecordKind::kEvent || !name.empty());
    }
  };

  // Of a kNew or kEvent; null if its callsite is not known. Valid until the next call.
  const Pieces* of(const Record& record) {
    if (record.callsite == nullptr) return nullptr;
    const std::uint32_t recent = recent_[place(record.callsite)];
    if (recent < all_.size() && all_[recent].callsite == record.callsite &&
        all_[recent].says_all_of(record)) [[likely]] {
      return &all_[recent];
    }
    return &find(record);
  }

 private:
  static constexpr std::size_t kRecent = 256;

  static std::size_t place(const void* callsite) noexcept {
    // Fibonacci hashing: addresses differ in their middle bits above all.
    return (reinterpret_cast<std::uintptr_t>(callsite) * 0x9e37'79b9'7f4a'7c15ULL) >> 56;
  }
  static_assert(kRecent == 1u << 8);
  const Pieces& find(const Record& record);

  std::vector<Pieces> all_;
  std::unordered_map<const void*, std::uint32_t> numbers_;  // in all_
  std::array<std::uint32_t, kRecent> recent_{};             // in all_, by place()
};

}  // namespace ari::subscriber
