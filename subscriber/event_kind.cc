#include "subscriber/event_kind.h"

namespace ari::subscriber {

namespace {

constexpr EventKinds bit(Hue hue) { return EventKinds{1} << static_cast<unsigned>(hue); }

// Spans and events that are none of the runtime's share a hue but not a kind.
constexpr EventKinds kSpan = EventKinds{1} << kHueCount;

constexpr EventKindName kNames[] = {
    {"spawn", bit(Hue::kSpawn)},
    {"resource", bit(Hue::kResource)},
    {"async-op", bit(Hue::kAsyncOp)},
    {"poll", bit(Hue::kAsyncOpPoll)},
    {"waker", bit(Hue::kWaker)},
    {"poll-op", bit(Hue::kPollOp)},
    {"resource-state", bit(Hue::kResourceState)},
    {"async-op-state", bit(Hue::kAsyncOpState)},
    {"span", kSpan},
    {"event", bit(Hue::kPlain)},
};

}  // namespace

std::span<const EventKindName> event_kind_names() noexcept { return kNames; }

EventKinds kind_of_span(Hue hue) noexcept { return hue == Hue::kPlain ? kSpan : bit(hue); }

EventKinds kind_of_event(Hue hue) noexcept { return bit(hue); }

}  // namespace ari::subscriber
