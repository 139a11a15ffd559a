#include "replay/input/fmt_targets.h"

#include <algorithm>

#include "replay/input/fmt_scope.h"

namespace ari::replay {

bool FmtTargets::may_be(std::string_view text) const {
  if (told_ == true) return text.find_first_of("{}\"=") == std::string_view::npos;
  return told_ != false && is_path(text);
}

std::string_view FmtTargets::take(std::string_view& rest) {
  std::size_t colon = rest.find(": ");
  if (colon == std::string_view::npos && rest.ends_with(':')) colon = rest.size() - 1;
  if (colon == std::string_view::npos || !may_be(rest.substr(0, colon))) return {};
  const std::string_view target = rest.substr(0, colon);
  if (target.starts_with("tokio::") || target.starts_with("runtime::")) learn(true);
  rest.remove_prefix(std::min(colon + 2, rest.size()));
  return target;
}

}  // namespace ari::replay
