#include "replay/lint/finding.h"

namespace ari::replay {

std::string_view status_name(Status status) noexcept {
  switch (status) {
    case Status::kDefinite:
      return "definite";
    case Status::kProvisional:
      return "provisional";
    case Status::kRefuted:
      break;
  }
  return "refuted";
}

}  // namespace ari::replay
