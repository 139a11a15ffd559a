#include "subscriber/name_book.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <new>

namespace ari::subscriber {

namespace {

// A text that is longer is cut: a name is no place for more.
constexpr std::size_t kLongestName = 1024;

std::string_view cut(std::string_view text) { return text.substr(0, kLongestName); }

// Puts pieces behind each other.
class Pen {
 public:
  explicit Pen(std::byte* at) noexcept : at_(at) {}

  template <typename T>
  void put(T number) noexcept {
    std::memcpy(at_, &number, sizeof number);
    at_ += sizeof number;
  }
  void put_text(std::string_view text) noexcept {
    put(static_cast<std::uint32_t>(text.size()));
    std::memcpy(at_, text.data(), text.size());
    at_ += text.size();
  }

 private:
  std::byte* at_;
};

}  // namespace

std::uint64_t key_of(const trace::Metadata* metadata) noexcept {
  return reinterpret_cast<std::uintptr_t>(metadata);
}

std::uint64_t key_of(const std::source_location& place) noexcept {
  static_assert(sizeof place == sizeof(std::uint64_t), "a source_location is one pointer");
  return std::bit_cast<std::uint64_t>(place);
}

bool NameBook::add(const trace::Metadata& metadata) noexcept try {
  std::vector<std::string_view> texts = {cut(metadata.name), cut(metadata.target)};
  for (const std::string_view field : metadata.fields) texts.push_back(cut(field));
  return write(NameKind::kMetadata, key_of(&metadata), static_cast<std::uint32_t>(metadata.level),
               static_cast<std::uint32_t>(metadata.fields.size()), texts);
} catch (const std::bad_alloc&) {
  return false;
}

bool NameBook::add(const std::source_location& place) noexcept try {
  return write(NameKind::kPlace, key_of(place), place.line(), place.column(),
               {cut(place.file_name()), cut(place.function_name())});
} catch (const std::bad_alloc&) {
  return false;
}

bool NameBook::write(NameKind kind, std::uint64_t key, std::uint32_t first, std::uint32_t second,
                     const std::vector<std::string_view>& texts) {
  const std::lock_guard lock(mutex_);
  if (keys_.contains(key)) return true;
  std::size_t size = 4 + 4 + 8 + 4 + 4;
  for (const std::string_view text : texts) size += 4 + text.size();
  size = (size + 7) & ~std::size_t{7};
  std::uint64_t used = pages_.used->load(std::memory_order_relaxed);
  if (size > pages_.bytes - used) {
    const NamePages more = more_ != nullptr ? more_(size) : NamePages();
    if (more.at == nullptr) return false;
    pages_ = more;
    used = 0;
  }
  keys_.insert(key);
  Pen pen(pages_.at + used);
  pen.put(static_cast<std::uint32_t>(size));
  pen.put(kind);
  pen.put(key);
  pen.put(first);
  pen.put(second);
  for (const std::string_view text : texts) pen.put_text(text);
  // release: whoever finds the file after a crash finds the entry whole.
  pages_.used->store(used + size, std::memory_order_release);
  return true;
}

}  // namespace ari::subscriber
