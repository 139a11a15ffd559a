// NameCopies: what callsites in libraries say, in memory that stays.
//
// A callsite's Metadata and a place in the source are told by their addresses, and read by the
// drain later. A plugin may have been unloaded with dlclose() by then, and another library may
// have callsites of its own at the same addresses. So of what lies in a library a copy is recorded.
// It cannot be made to stay instead: dlopen() waits for the constructors of what another
// thread loads, and one of these may wait for the thread that records.
#pragma once

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <source_location>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "runtime/trace/metadata.h"

namespace ari::subscriber {

// Addresses from `begin` on, so many bytes.
struct AddressRange {
  std::uintptr_t begin = 0;
  std::uintptr_t bytes = 0;
  bool contains(std::uintptr_t address) const noexcept { return address - begin < bytes; }
};

// Where the program itself lies, which is never unloaded; empty if the system does not say. The
// dynamic linker is asked the first time, which has to be before a thread may fork: its child would
// find the lock of that taken for ever.
const AddressRange& main_program() noexcept;

// Thread-safe. Memory grows with the number of callsites and places that differ in what they say.
class NameCopies {
 public:
  NameCopies() noexcept { main_program(); }

  // One for all that say the same, for as long as this lives. Null if there is no memory.
  const trace::Metadata* copy_of(const trace::Metadata* metadata) noexcept;
  // The same; no place if there is no memory.
  std::source_location copy_of(std::source_location place) noexcept;

 private:
  struct Callsite {
    trace::Metadata metadata;
    std::vector<std::string_view> fields;
  };
  // As the compiler lays out what a source_location points to.
  struct Place {
    const char* file;
    const char* function;
    unsigned line, column;
  };

  std::mutex mutex_;
  // By all that they say; the texts are those in the keys.
  std::unordered_map<std::string, Callsite> callsites_;
  std::unordered_map<std::string, Place> places_;
};

// What one thread records for the addresses that it has met: a small table that answers without
// a lock. It grows with the number of callsites.
class KnownNames {
 public:
  // 0 if it is not known. Requires: `key` is not 0.
  std::uint64_t find(std::uint64_t key) const noexcept {
    if (slots_.empty()) return 0;
    for (std::size_t at = home(key);; at = (at + 1) & (slots_.size() - 1)) {
      if (slots_[at].key == key) return slots_[at].recorded;
      if (slots_[at].key == 0) return 0;
    }
  }
  // May find no memory and do nothing: then the key is asked for again. Requires: not known yet.
  void add(std::uint64_t key, std::uint64_t recorded) noexcept;
  void forget_all() noexcept;

 private:
  struct Slot {
    std::uint64_t key = 0;  // 0: free
    std::uint64_t recorded = 0;
  };
  std::size_t home(std::uint64_t key) const noexcept {
    // Fibonacci hashing: addresses differ in their middle bits above all.
    return static_cast<std::size_t>((key * 0x9e37'79b9'7f4a'7c15ULL) >> 32) & (slots_.size() - 1);
  }
  std::vector<Slot> slots_;  // a power of two, at most half of them taken
  std::size_t taken_ = 0;
};

}  // namespace ari::subscriber
