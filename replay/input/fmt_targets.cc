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

std::string_view tokio_target(std::span<const subscriber::Field> fields, bool in_resource) {
  const auto named = [&](std::size_t at, std::string_view name) {
    return at < fields.size() && fields[at].name == name;
  };
  if (fields.size() == 2) {
    if (named(0, "op") && named(1, "task.id")) return "tokio::task::waker";
    if (named(0, "op_name") && named(1, "is_ready")) return "runtime::resource::poll_op";
  }
  // A state update: an attribute, perhaps its unit, and what is done with it.
  constexpr std::size_t kMostFields = 3;
  if (!in_resource || fields.empty() || fields.size() > kMostFields) return {};
  if (named(0, "message")) return {};
  const bool of_op = named(0, "permits_requested") || named(0, "permits_obtained") ||
                     named(0, "is_leader") ||
                     (named(0, "arrived") && fields[0].value.type() == trace::ValueType::kBool);
  return of_op ? "runtime::resource::async_op::state_update" : "runtime::resource::state_update";
}

}  // namespace ari::replay
