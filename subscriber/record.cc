#include "subscriber/record.h"

#include <array>
#include <cstddef>

namespace ari::subscriber {

namespace {

// Each table is indexed by the enumerator's number.
constexpr std::array<std::string_view, 4> kWakerOps = {"waker.clone", "waker.drop", "waker.wake",
                                                       "waker.wake_by_ref"};
constexpr std::array<std::string_view, 5> kLevels = {"TRACE", "DEBUG", "INFO", "WARN", "ERROR"};
constexpr std::array<std::string_view, 3> kOutcomes = {"completed", "cancelled", "panicked"};

template <typename Enum, std::size_t N>
std::optional<Enum> find(const std::array<std::string_view, N>& names, std::string_view name) {
  for (std::size_t i = 0; i < N; ++i) {
    if (names[i] == name) return static_cast<Enum>(i);
  }
  return std::nullopt;
}

}  // namespace

std::string_view waker_op_name(WakerOp op) noexcept {
  return kWakerOps[static_cast<std::size_t>(op)];
}
std::optional<WakerOp> waker_op_from_name(std::string_view name) noexcept {
  return find<WakerOp>(kWakerOps, name);
}

std::string_view level_name(Level level) noexcept {
  return kLevels[static_cast<std::size_t>(level)];
}
std::optional<Level> level_from_name(std::string_view name) noexcept {
  return find<Level>(kLevels, name);
}

std::string_view outcome_name(Outcome outcome) noexcept {
  return kOutcomes[static_cast<std::size_t>(outcome)];
}
std::optional<Outcome> outcome_from_name(std::string_view name) noexcept {
  return find<Outcome>(kOutcomes, name);
}

}  // namespace ari::subscriber
