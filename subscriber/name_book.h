// NameBook: what the pointers in a ring file's chunks meant, for whoever reads it later.
//
// A chunk names its callsite and its place in the source by address, which says nothing
// once the program is gone. So the first time that a thread uses one, its texts are
// written down here, once for all threads:
//
//   │ bytes kind key │ numbers … │ length text │ length text │ …    padded to 8 bytes
//
// The book lies in the file and is only ever added to; how much of it holds is the last
// thing to be written, so that a program may die at any moment. It goes on in other pages where
// there are any; no entry lies in two.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <source_location>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

#include "runtime/trace/metadata.h"

namespace ari::subscriber {

// These numbers are written into ring files: they never change.
enum class NameKind : std::uint32_t {
  kMetadata = 1,  // numbers: level, count of fields; texts: name, target, each field's name
  kPlace = 2,     // numbers: line, column; texts: file, function
};

// The key of a callsite, and of a place: its address.
std::uint64_t key_of(const trace::Metadata* metadata) noexcept;
std::uint64_t key_of(const std::source_location& place) noexcept;

struct NamePages {
  std::byte* at = nullptr;
  std::size_t bytes = 0;
  std::atomic<std::uint64_t>* used = nullptr;  // of these bytes, how many hold
};

class NameBook {
 public:
  // Writes to `pages` and, if they are full, to those that `more` returns: at least so many bytes,
  // or none. It is called by whichever thread adds something. All pages outlive the book.
  explicit NameBook(NamePages pages, std::function<NamePages(std::size_t least)> more = nullptr)
      : more_(std::move(more)), pages_(pages) {}

  // Writes it down unless it is there. False: the book is full, or there is no memory to
  // remember it. Any thread.
  bool add(const trace::Metadata& metadata) noexcept;
  bool add(const std::source_location& place) noexcept;

 private:
  bool write(NameKind kind, std::uint64_t key, std::uint32_t first, std::uint32_t second,
             const std::vector<std::string_view>& texts);

  const std::function<NamePages(std::size_t least)> more_;
  std::mutex mutex_;
  NamePages pages_;                         // that are written to; guarded by mutex_
  std::unordered_set<std::uint64_t> keys_;  // guarded by mutex_
};

}  // namespace ari::subscriber
