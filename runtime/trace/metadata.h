// What is known of a span or event before it happens: its callsite.
//
// Each callsite has one Metadata with static storage; the address identifies it.
// A Subscriber may keep the pointer for as long as the library that it lies in is loaded (unloads.h
// tells); that of a callsite in the program for good.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "runtime/trace/unloads.h"

namespace ari::trace {

// Ascending severity. These numbers are written into ring files: they never change.
enum class Level : std::uint8_t { kTrace = 0, kDebug = 1, kInfo = 2, kWarn = 3, kError = 4 };

struct Metadata {
  std::string_view name;    // a span's name, such as "runtime.spawn"; empty for events
  std::string_view target;  // which part of the program speaks, such as "runtime::waker"
  Level level = Level::kTrace;
  // Names of the fields, in the order in which values are passed. The field "message"
  // holds an event's sentence: it is printed bare and last.
  std::span<const std::string_view> fields;
};

}  // namespace ari::trace
