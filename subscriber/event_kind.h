// EventKind: the sorts of lines that `show --kind` and ARI_FILTER tell apart; one for each colour.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "subscriber/colour.h"

namespace ari::subscriber {

// A set of kinds, one bit for each.
using EventKinds = std::uint32_t;

struct EventKindName {
  std::string_view name;  // as typed after --kind
  EventKinds bit;
};
std::span<const EventKindName> event_kind_names() noexcept;

// The kind of lines about a span of this hue, and of events of this hue.
EventKinds kind_of_span(subscriber::Hue hue) noexcept;
EventKinds kind_of_event(subscriber::Hue hue) noexcept;

}  // namespace ari::subscriber
