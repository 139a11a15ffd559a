// The attributes that logs tell of channels: what mpsc, mpmc, broadcast and watch have in common.
//
// Each is told by an event inside of the channel's resource: NAME=value NAME.op="override", or by
// how much it grew ("add") or shrank ("sub").
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "runtime/trace/resource.h"

namespace ari::sync::attribute {

inline constexpr std::string_view kCapacityFields[] = {"capacity", "capacity.op"};
inline constexpr std::string_view kLenFields[] = {"len", "len.op"};
inline constexpr std::string_view kSendersFields[] = {"tx_count", "tx_count.op"};
inline constexpr std::string_view kReceiversFields[] = {"rx_count", "rx_count.op"};
inline constexpr std::string_view kClosedFields[] = {"closed", "closed.op"};

inline constexpr trace::Metadata of(std::span<const std::string_view> fields) noexcept {
  return {"", trace::kStateUpdate, trace::Level::kTrace, fields};
}

inline constexpr trace::Metadata kCapacity = of(kCapacityFields);
inline constexpr trace::Metadata kLen = of(kLenFields);  // how many values are in it
inline constexpr trace::Metadata kSenders = of(kSendersFields);
inline constexpr trace::Metadata kReceivers = of(kReceiversFields);
inline constexpr trace::Metadata kClosed = of(kClosedFields);

// Inside of the resource. `how` is "override", "add" or "sub".
inline void tell(const trace::Metadata& attribute, std::uint64_t value, const char* how) noexcept {
  trace::event(attribute, {value, how});
}
inline void tell_closed(bool closed) noexcept { trace::event(kClosed, {closed, "override"}); }

}  // namespace ari::sync::attribute
