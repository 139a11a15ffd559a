// FmtTargets: whether the lines of a text log tell targets, and which they are.
//
//   tokio::task: new        a target, and then what happened
//   got: it                 the same to look at, in a log that is written without targets
//
// Tokio's own lines decide it: their targets are known. Until one of them was seen, only
// what looks like a path of names is taken for a target.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "subscriber/record.h"

namespace ari::replay {

class FmtTargets {
 public:
  // Whether `text` can be a target.
  bool may_be(std::string_view text) const;

  // Takes `TARGET: ` off the front of `rest`; empty if there is none.
  std::string_view take(std::string_view& rest);

  // A line that must have a target if any has: whether it has one.
  void learn(bool has_target) {
    if (!told_) told_ = has_target;
  }

  // Whether lines tell targets, once that is known.
  std::optional<bool> told() const noexcept { return told_; }

 private:
  std::optional<bool> told_;
};

// The target that an event of Tokio must have, for logs that are written without targets:
// told by its fields, and by whether it happens in one of Tokio's spans of resources and
// ops, inside of which nothing else speaks. Empty if it is none of them.
std::string_view tokio_target(std::span<const subscriber::Field> fields, bool in_resource);

}  // namespace ari::replay
