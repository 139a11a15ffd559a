// Which spans of tracing_subscriber::fmt may be locks, or uses of one, by their text alone.
// FmtSpans asks it to tell the locks that a guess may be about from all others.
//
// Programs have Mutex, RwLock and Semaphore; a Semaphore that is internal is part of another
// resource. Their ops are named after them, but for Acquire::new, which is on a Semaphore.
#pragma once

#include <algorithm>
#include <string_view>

#include "replay/input/fmt_spans.h"

namespace ari::replay {

// What stands behind a key (`source="Mutex::lock"`, `"source":"Mutex::lock"`), without the quotes
// around it. The same letters within a word, as in `runtime.resource`, are no key.
inline std::string_view word_behind(std::string_view text, std::string_view key) noexcept {
  constexpr std::string_view kBetween = "\": =";
  for (std::size_t at = text.find(key); at != text.npos; at = text.find(key, at + 1)) {
    const bool begins = at == 0 || text[at - 1] < 'a' || text[at - 1] > 'z';
    std::string_view rest = text.substr(at + key.size());
    if (!begins || rest.empty() || kBetween.find(rest[0]) == kBetween.npos) continue;
    rest.remove_prefix(std::min(rest.size(), rest.find_first_not_of(kBetween)));
    return rest.substr(0, rest.find_first_of("\", }"));
  }
  return {};
}

inline bool is_semaphore(std::string_view resource) noexcept {
  return word_behind(resource, "concrete_type") == "Semaphore";
}

// Whether a resource is part of another one.
inline bool is_inner(std::string_view resource) noexcept {
  return word_behind(resource, "is_internal") == "true";
}

inline bool may_look_like_lock(FmtKind kind, std::string_view text) noexcept {
  if (kind == FmtKind::kAsyncOpPoll) return true;  // all of them look alike
  if (kind == FmtKind::kResource) {
    const std::string_view type = word_behind(text, "concrete_type");
    return type.empty() || type == "Mutex" || type == "RwLock" || type == "Semaphore";
  }
  if (kind != FmtKind::kAsyncOp) return false;
  const std::string_view source = word_behind(text, "source");
  return source.empty() || source.starts_with("Mutex::") || source.starts_with("RwLock::") ||
         source.starts_with("Semaphore::") || source.starts_with("Acquire::");
}

}  // namespace ari::replay
