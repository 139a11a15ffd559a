// The wire format of protocol buffers, as far as a trace needs it: writing only.
//
// A message is a run of fields, each a tag (number and wire type) and a value; a message in
// a message is a field of bytes. Source: the encoding page of the Protocol Buffers
// documentation.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace ari::replay {

class ProtobufMessage {
 public:
  void add_varint(std::uint32_t field, std::uint64_t value) {
    append_tag(field, kVarint);
    append_varint(value);
  }
  // An int64 field: negative numbers take ten bytes.
  void add_signed(std::uint32_t field, std::int64_t value) {
    add_varint(field, static_cast<std::uint64_t>(value));
  }
  void add_fixed64(std::uint32_t field, std::uint64_t value);
  void add_double(std::uint32_t field, double value);
  // A string, which must be UTF-8, or bytes.
  void add_bytes(std::uint32_t field, std::string_view bytes);
  void add_message(std::uint32_t field, const ProtobufMessage& message) {
    add_bytes(field, message.bytes_);
  }

  const std::string& bytes() const noexcept { return bytes_; }
  void clear() noexcept { bytes_.clear(); }

 private:
  static constexpr std::uint32_t kVarint = 0, kFixed64 = 1, kBytes = 2;

  void append_tag(std::uint32_t field, std::uint32_t wire_type) {
    append_varint(field << 3 | wire_type);
  }
  void append_varint(std::uint64_t value);

  std::string bytes_;
};

}  // namespace ari::replay
