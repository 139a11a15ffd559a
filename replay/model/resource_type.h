// What a resource is called: its type, and whose it is where its place does not tell.
#pragma once

#include <string>

#include "replay/model/resource.h"

namespace ari::replay {

// The queue of who wants to send into a bounded mpsc channel of Tokio's: the one semaphore that is
// made for its own use by something that is no resource itself. The log tells no place for it.
inline bool is_of_bounded_mpsc(const Resource& resource) noexcept {
  return resource.concrete_type == "Semaphore" && resource.is_internal &&
         resource.parent.span == 0 && resource.location.line == 0;
}

// "Mutex", "mpsc Semaphore"; empty: not told. Not safe to print.
inline std::string resource_type(const Resource& resource) {
  return (is_of_bounded_mpsc(resource) ? "mpsc " : "") + std::string(resource.concrete_type);
}

}  // namespace ari::replay
