#include "subscriber/name_copies.h"

#include <link.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <initializer_list>
#include <new>

namespace ari::subscriber {

namespace {

AddressRange range_of(const dl_phdr_info& object) noexcept {
  std::uintptr_t begin = UINTPTR_MAX, end = 0;
  for (int i = 0; i < object.dlpi_phnum; ++i) {
    const auto& segment = object.dlpi_phdr[i];
    if (segment.p_type != PT_LOAD) continue;
    begin = std::min(begin, object.dlpi_addr + segment.p_vaddr);
    end = std::max(end, object.dlpi_addr + segment.p_vaddr + segment.p_memsz);
  }
  return begin < end ? AddressRange{begin, end - begin} : AddressRange{};
}

AddressRange find_main_program() noexcept {
  AddressRange range;
  const auto see = [](dl_phdr_info* object, std::size_t, void* to) {
    *static_cast<AddressRange*>(to) = range_of(*object);
    return 1;  // no more: the program itself comes first
  };
  dl_iterate_phdr(see, &range);
  return range;
}

void append_number(std::string& key, std::size_t number) {
  char bytes[sizeof number];
  std::memcpy(bytes, &number, sizeof number);
  key.append(bytes, sizeof bytes);
}

// Takes the texts of a key apart again.
class Texts {
 public:
  explicit Texts(const std::string& key, std::size_t from) noexcept : at_(key.data() + from) {}
  std::string_view next() noexcept {
    std::size_t bytes;
    std::memcpy(&bytes, at_, sizeof bytes);
    const std::string_view text(at_ + sizeof bytes, bytes);
    at_ += sizeof bytes + bytes + 1;
    return text;
  }

 private:
  const char* at_;
};

// Each with its length before and a NUL behind it.
void append_text(std::string& key, std::string_view text) {
  append_number(key, text.size());
  key.append(text).push_back('\0');
}

}  // namespace

const AddressRange& main_program() noexcept {
  static const AddressRange range = find_main_program();
  return range;
}

const trace::Metadata* NameCopies::copy_of(const trace::Metadata* metadata) noexcept try {
  std::string key;
  append_number(key, static_cast<std::size_t>(metadata->level));
  append_text(key, metadata->name);
  append_text(key, metadata->target);
  for (const std::string_view field : metadata->fields) append_text(key, field);
  const std::lock_guard lock(mutex_);
  std::vector<std::string_view> fields(metadata->fields.size());
  const auto [it, is_new] = callsites_.try_emplace(std::move(key));
  Callsite& copy = it->second;
  if (is_new) {
    Texts texts(it->first, sizeof(std::size_t));
    copy.metadata.name = texts.next();
    copy.metadata.target = texts.next();
    copy.metadata.level = metadata->level;
    for (std::string_view& field : fields) field = texts.next();
    copy.fields = std::move(fields);
    copy.metadata.fields = copy.fields;
  }
  return &copy.metadata;
} catch (const std::bad_alloc&) {
  return nullptr;
}

std::source_location NameCopies::copy_of(std::source_location place) noexcept try {
  std::string key;
  append_number(key, place.line());
  append_number(key, place.column());
  append_text(key, place.file_name());
  append_text(key, place.function_name());
  const std::lock_guard lock(mutex_);
  const auto [it, is_new] = places_.try_emplace(std::move(key));
  if (is_new) {
    Texts texts(it->first, 2 * sizeof(std::size_t));
    const char* const file = texts.next().data();
    it->second = {file, texts.next().data(), place.line(), place.column()};
  }
  static_assert(sizeof place == sizeof(const Place*), "a source_location is one pointer");
  return std::bit_cast<std::source_location>(&it->second);
} catch (const std::bad_alloc&) {
  return {};
}

void KnownNames::add(std::uint64_t key, std::uint64_t recorded) noexcept try {
  if (2 * (taken_ + 1) > slots_.size()) {
    std::vector<Slot> old(std::max<std::size_t>(64, 2 * slots_.size()));
    old.swap(slots_);
    taken_ = 0;
    for (const Slot& known : old) {
      if (known.key != 0) add(known.key, known.recorded);
    }
  }
  std::size_t at = home(key);
  while (slots_[at].key != 0) at = (at + 1) & (slots_.size() - 1);
  slots_[at] = {key, recorded};
  ++taken_;
} catch (const std::bad_alloc&) {
}

void KnownNames::forget_all() noexcept {
  std::fill(slots_.begin(), slots_.end(), Slot());
  taken_ = 0;
}

}  // namespace ari::subscriber
