// Flavours: the kinds of runtime that a test of both runs on.
#pragma once

#include <gtest/gtest.h>

#include <ostream>

#include "runtime/ari.h"

namespace ari::test {

enum class Flavour { kCurrentThread, kMultiThread };

inline std::ostream& operator<<(std::ostream& out, Flavour flavour) {
  return out << (flavour == Flavour::kCurrentThread ? "CurrentThread" : "MultiThread");
}

inline Runtime make_runtime(Flavour flavour) {
  return flavour == Flavour::kCurrentThread
             ? Runtime::Builder::current_thread().build()
             : Runtime::Builder::multi_thread().worker_threads(2).build();
}

inline Runtime multi_thread(std::size_t workers) {
  return Runtime::Builder::multi_thread().worker_threads(workers).build();
}

// The base of a test that runs on each.
class OnEachFlavour : public testing::TestWithParam<Flavour> {
 protected:
  static Runtime make() { return make_runtime(GetParam()); }
};

// For INSTANTIATE_TEST_SUITE_P.
inline const auto kEachFlavour = testing::Values(Flavour::kCurrentThread, Flavour::kMultiThread);
inline std::string name_of(const testing::TestParamInfo<Flavour>& info) {
  return testing::PrintToString(info.param);
}

}  // namespace ari::test
