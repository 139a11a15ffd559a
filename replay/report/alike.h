// Which tasks wait alike, so that a view can show one of them for all.
//
// Alike are tasks in the same state, spawned and parked at the same places, whose waits are alike:
// async ops of the same source in the same nesting, on the same lock, or on other things of the
// same type that were made in the same place. A task that another waits for is like no other.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "replay/model/await_tree.h"

namespace ari::replay {

// A text that is equal for two tasks, or two waits, if they are alike.
std::string likeness(const Model& model, const AwaitTree& tree, std::uint32_t task);
std::string likeness(const Model& model, const AwaitTree& tree, const Wait& wait);

// `items`, by their places in it, those alike together; each group, and the list of them, in order
// of appearance. Groups of fewer than three fall apart: to fold them saves nothing.
std::vector<std::vector<std::size_t>> alike(const std::vector<std::string>& likenesses);

}  // namespace ari::replay
