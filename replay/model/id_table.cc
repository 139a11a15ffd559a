#include "replay/model/id_table.h"

#include <random>

namespace ari::replay {

std::uint64_t random_odd_number() {
  std::random_device random;
  return (std::uint64_t{random()} << 32) | random() | 1;
}

}  // namespace ari::replay
