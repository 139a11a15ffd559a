// runs: one random run of a model test after the other, each with its own seed and runtime; in the
// end its record has to be balanced.
//
//   class Run { explicit Run(unsigned seed); Task<void> run(const test::Ledger* ledger); };
//   TEST(…) { test::runs<Run>(200); }
//
//   ARI_SEEDS=20000 build/release/bin/models_test --gtest_filter=…           more seeds
//   ARI_SEED=17 ARI_SEEDS=1 build/release/bin/models_test --gtest_filter=…   from this one on
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

#include "runtime/ari.h"
#include "tests/runtime/models/ledger.h"

namespace ari::test {

template <class Run>
Task<void> one_run(unsigned seed, const Ledger* ledger) {
  Run run(seed);
  co_await run.run(ledger);
}

inline unsigned number_in(const char* variable, unsigned otherwise) {
  const char* text = std::getenv(variable);
  return text == nullptr ? otherwise : static_cast<unsigned>(std::strtoul(text, nullptr, 10));
}

// The first that fails is the last, and says its seed.
template <class One>
void for_each_seed(unsigned seeds, One one) {
  const unsigned first = number_in("ARI_SEED", 0);
  const unsigned end = first + number_in("ARI_SEEDS", seeds);
  for (unsigned seed = first; seed != end && !testing::Test::HasFailure(); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    one(seed);
  }
}

template <class Run>
void runs(
    unsigned seeds, Runtime (*make)() = [] { return Runtime(); }) {
  for_each_seed(seeds, [make](unsigned seed) {
    const Ledger ledger;
    {
      Runtime runtime = make();
      runtime.block_on(one_run<Run>(seed, &ledger));
    }
    ledger.expect_balanced();
  });
}

// The same without a record, for what leaves none that is balanced.
template <class Run>
void runs_unheard(unsigned seeds) {
  for_each_seed(seeds, [](unsigned seed) { Runtime().block_on(one_run<Run>(seed, nullptr)); });
}

}  // namespace ari::test
