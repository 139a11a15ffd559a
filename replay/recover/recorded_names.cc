#include "replay/recover/recorded_names.h"

#include <cstring>
#include <optional>

#include "runtime/trace/function_name.h"
#include "subscriber/name_book.h"

namespace ari::replay {

namespace {

// Takes pieces off the front of some bytes, as far as there are any. Behind one that is not there,
// or not whole, there are none: who has the last piece has all of them.
class Pieces {
 public:
  Pieces(const std::byte* at, std::size_t left) noexcept : at_(at), left_(left) {}

  template <typename T>
  std::optional<T> number() noexcept {
    if (left_ < sizeof(T)) return nothing();
    T value;
    std::memcpy(&value, take(sizeof value), sizeof value);
    return value;
  }
  std::optional<std::string_view> text() noexcept {
    const auto length = number<std::uint32_t>();
    if (!length || *length > left_) return nothing();
    return std::string_view(reinterpret_cast<const char*>(take(*length)), *length);
  }

 private:
  std::nullopt_t nothing() noexcept {
    left_ = 0;
    return std::nullopt;
  }
  const std::byte* take(std::size_t bytes) noexcept {
    const std::byte* const from = at_;
    at_ += bytes;
    left_ -= bytes;
    return from;
  }
  const std::byte* at_;
  std::size_t left_;
};

}  // namespace

std::size_t RecordedNames::add(const std::byte* pages, std::size_t bytes) {
  std::size_t read = 0;
  while (bytes - read >= sizeof(std::uint32_t)) {
    std::uint32_t length;
    std::memcpy(&length, pages + read, sizeof length);
    if (length < sizeof length || length > bytes - read) break;  // 0: no more
    if (!read_entry(pages + read + sizeof length, length - sizeof length)) break;
    read += length;
  }
  return read;
}

bool RecordedNames::read_entry(const std::byte* entry, std::size_t bytes) {
  Pieces pieces(entry, bytes);
  const auto kind = pieces.number<std::uint32_t>();
  const auto key = pieces.number<std::uint64_t>();
  const auto first = pieces.number<std::uint32_t>();
  const auto second = pieces.number<std::uint32_t>();
  const auto one = pieces.text();
  const auto two = pieces.text();
  if (!two) return false;
  if (*kind == static_cast<std::uint32_t>(subscriber::NameKind::kPlace)) {
    places_[*key] = {*one, *first, *second, trace::function_name(*two)};
    return true;
  }
  if (*kind != static_cast<std::uint32_t>(subscriber::NameKind::kMetadata)) return false;
  if (*first > static_cast<std::uint32_t>(trace::Level::kError)) return false;
  Callsite& callsite = callsites_.emplace_back();
  for (std::uint32_t i = 0; i < *second; ++i) {
    const auto field = pieces.text();
    if (!field) return false;
    callsite.fields.push_back(*field);
  }
  callsite.metadata = {*one, *two, static_cast<trace::Level>(*first), callsite.fields};
  metadata_[*key] = &callsite.metadata;
  return true;
}

const trace::Metadata& RecordedNames::unknown() noexcept {
  static constexpr trace::Metadata kUnknown{"?", "?", trace::Level::kTrace, {}};
  return kUnknown;
}

const trace::Metadata& RecordedNames::metadata(const trace::Metadata* key) const {
  const auto found = metadata_.find(subscriber::key_of(key));
  return found != metadata_.end() ? *found->second : unknown();
}

subscriber::Location RecordedNames::place(const std::source_location& key) const {
  const auto found = places_.find(subscriber::key_of(key));
  return found != places_.end() ? found->second : subscriber::Location{};
}

}  // namespace ari::replay
