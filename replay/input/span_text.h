// Finding the spans in front of a text log's line.
//
//   runtime.resource[1]{concrete_type="Sleep", …} runtime.resource.async_op[2]{…} enter
//   ^name            ^id ^fields
//
// Field values are printed raw, so the closing brace cannot be found by counting. But a
// span's text repeats on every line inside it: once its first line was understood, the
// rest is recognised by comparing. Only a text that is seen for the first time is
// searched, for the first brace after which a line can go on as lines do.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "subscriber/record.h"

namespace ari::replay {

// One span as it stands in a line. The views are into the line.
struct SpanText {
  subscriber::SpanId id = trace::kNoSpan;
  std::string_view name;
  std::string_view fields;  // between the braces
  bool has_fields = true;   // false: printed without braces, its fields were told before
  std::size_t length = 0;   // of all of it, without the blank behind
  bool known = false;       // the same text was remembered under this id
};

// Whether a field list ends as a task's fields do since Tokio 1.13.
bool ends_with_column(std::string_view fields);

class SpanTexts {
 public:
  // The span that starts at the front of `text`, nothing if there is none. Where something
  // starts like a span and is none, `fault` says what was expected of it.
  std::optional<SpanText> read(std::string_view text, std::string_view& fault) const;

  // Remembers the span for as long as it is open.
  void remember(const SpanText& span);
  void forget(subscriber::SpanId id) { known_.erase(id); }

 private:
  // Name and field text of each open span, as printed.
  struct Known {
    std::string name;
    std::string fields;
  };
  std::unordered_map<subscriber::SpanId, Known> known_;
};

}  // namespace ari::replay
