// Finding the ends of spans in a scope as fmt's Full and Compact print it.
//
//   runtime.spawn{kind=task task.name=a}: b task.id=4 …}:HTTP request{method="GET"}:run: app: …
//   ^one span                                           ^another                    ^a third
#pragma once

#include <cstddef>
#include <string_view>

namespace ari::replay {

// The length of the first span of `text`, its colon included; 0 if no span is there.
std::size_t fmt_span_length(std::string_view text);

// The length of the scope that `text` starts with: as many spans as follow each other
// without a blank; 0 if it starts with an event's target, which a single name without
// fields mostly is. `last`: where the last span of it begins.
std::size_t fmt_scope_length(std::string_view text, std::size_t& last);

// Whether `text` can be a target: a path of names.
bool is_path(std::string_view text);

// The length of `FILE:LINE: ` or a part of it at the front of `text`; 0 if there is none.
std::size_t fmt_place_length(std::string_view text);

}  // namespace ari::replay
