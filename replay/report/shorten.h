// Shortening text that is too wide for its place, so that what tells things apart stays.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace ari::replay {

// Keeps the front: "connection-han…".
std::string shorten_end(std::string_view text, std::size_t columns);

// Keeps front and back: "connection…-0017"; and an id in brackets at the end whole, so that it can
// be asked for: "conn… [1000000017]". Only where a short name would go a long id gives way to it:
// "Sleep […69499138]".
std::string shorten_middle(std::string_view text, std::size_t columns);

// A list with ", " in between: whole things from the front, "left [7], …".
std::string shorten_list(std::string_view text, std::size_t columns);

// A source location as people read it: where cargo unpacks crates, which is the same for all of
// them, becomes "<cargo>/".
std::string without_cargo_home(std::string_view location);

// A source location: where cargo unpacks crates becomes "<cargo>/", then directories give
// way from the right, and last the front goes, since file and line say most:
// "<cargo>/tokio-1.54.1/…/worker.rs:515:13", "…/worker.rs:515:13", "…er.rs:515:13".
std::string shorten_location(std::string_view location, std::size_t columns);

}  // namespace ari::replay
