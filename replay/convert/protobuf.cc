#include "replay/convert/protobuf.h"

#include <bit>

namespace ari::replay {

void ProtobufMessage::append_varint(std::uint64_t value) {
  for (; value >= 0x80; value >>= 7) bytes_.push_back(static_cast<char>(value | 0x80));
  bytes_.push_back(static_cast<char>(value));
}

void ProtobufMessage::add_fixed64(std::uint32_t field, std::uint64_t value) {
  append_tag(field, kFixed64);
  for (int i = 0; i < 8; ++i) bytes_.push_back(static_cast<char>(value >> (8 * i)));
}

void ProtobufMessage::add_double(std::uint32_t field, double value) {
  add_fixed64(field, std::bit_cast<std::uint64_t>(value));
}

void ProtobufMessage::add_bytes(std::uint32_t field, std::string_view bytes) {
  append_tag(field, kBytes);
  append_varint(bytes.size());
  bytes_.append(bytes);
}

}  // namespace ari::replay
