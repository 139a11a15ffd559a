// A log that makes no sense: whatever a reader passes on, folding it must not crash, and no link in
// what comes of it may lead astray (tests/replay/model/noise.h).
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "tests/replay/model/noise.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (const char* fault = ari::test::fault_of_folds(ari::test::noise({data, size}))) {
    std::fprintf(stderr, "%s\n", fault);
    std::abort();
  }
  return 0;
}
