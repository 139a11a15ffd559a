// The keys of the lists that FmtSpans keeps its spans in.
#pragma once

#include <cstdint>

#include "replay/input/fmt_lists.h"
#include "replay/input/fmt_spans.h"
#include "replay/input/fmt_texts.h"

namespace ari::replay {

// The key of a list: of the spans with a text, of those with a text and a home, and of the
// ops of a task.
constexpr std::uint64_t key_of(FmtLists::Kind kind, FmtTexts::Number text,
                               subscriber::SpanId whose) {
  const std::uint64_t what = (static_cast<std::uint64_t>(text) << 2) | kind;
  if (kind == FmtLists::kAlike) return what;
  return (what ^ (whose * 0x9e37'79b9'7f4a'7c15)) * 0xd6e8'feb8'6659'fd93;
}

constexpr std::uint64_t key_alike(FmtTexts::Number text) {
  return key_of(FmtLists::kAlike, text, 0);
}
constexpr std::uint64_t key_of_ops(subscriber::SpanId task) {
  return key_of(FmtLists::kOps, 0, task);
}

// Whether it is a span that Tokio has around the use of a resource.
constexpr bool is_tokio_bracket(FmtKind kind) noexcept {
  return kind == FmtKind::kResource || kind == FmtKind::kAsyncOp;
}

}  // namespace ari::replay
