#include "replay/report/instant_text.h"

#include "replay/input/timestamp.h"

namespace ari::replay {

std::string instant_text(std::int64_t unix_ns, const Coverage& coverage) {
  std::string text = to_rfc3339(unix_ns);
  constexpr std::size_t kBelowMicroseconds = 4;  // three digits and the Z
  if (!coverage.facts.nanoseconds) text.replace(text.size() - kBelowMicroseconds, 3, "");
  return text;
}

}  // namespace ari::replay
