// What the facts and the figures of what was inferred are called in JSON.
#pragma once

#include <array>
#include <string_view>

#include "replay/input/coverage.h"

namespace ari::replay {

struct FactName {
  std::string_view name;
  bool Facts::*fact;
};

struct InferredName {
  std::string_view name;
  std::uint64_t Inferred::*count;
};

inline constexpr std::array<FactName, 10> kFactNames = {{{"span_ids", &Facts::span_ids},
                                                         {"lifetimes", &Facts::lifetimes},
                                                         {"polls", &Facts::polls},
                                                         {"threads", &Facts::threads},
                                                         {"locations", &Facts::locations},
                                                         {"targets", &Facts::targets},
                                                         {"resources", &Facts::resources},
                                                         {"destroys", &Facts::destroys},
                                                         {"outcomes", &Facts::outcomes},
                                                         {"nanoseconds", &Facts::nanoseconds}}};

inline constexpr std::array<InferredName, 8> kInferredNames = {
    {{"tasks_learnt", &Inferred::tasks_learnt},
     {"wakers_joined", &Inferred::wakers_joined},
     {"wakers_left_out", &Inferred::wakers_left_out},
     {"clones_agreeing", &Inferred::clones_agreeing},
     {"clones_of_others", &Inferred::clones_of_others},
     {"lines_guessed", &Inferred::lines_guessed},
     {"tasks_timed_by_close", &Inferred::tasks_timed_by_close},
     {"tasks_unlike_close", &Inferred::tasks_unlike_close}}};

}  // namespace ari::replay
