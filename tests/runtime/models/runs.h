// runs: one random run of a model test after the other, each with its own seed and runtime; in the
// end its record has to be balanced.
//
//   class Run { explicit Run(unsigned seed); Task<void> run(const test::Ledger* ledger); };
//   TEST(…) { test::runs<Run>(200); }
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "runtime/ari.h"
#include "tests/runtime/models/ledger.h"

namespace ari::test {

template <class Run>
Task<void> one_run(unsigned seed, const Ledger* ledger) {
  Run run(seed);
  co_await run.run(ledger);
}

// The first that fails is the last, and says its seed.
template <class Run>
void runs(unsigned seeds) {
  for (unsigned seed = 0; seed < seeds && !testing::Test::HasFailure(); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const Ledger ledger;
    {
      Runtime runtime;
      runtime.block_on(one_run<Run>(seed, &ledger));
    }
    ledger.expect_balanced();
  }
}

}  // namespace ari::test
