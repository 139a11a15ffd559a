// Golden files: what a program is expected to print, kept in testdata/golden.
//
// `ARI_UPDATE_GOLDEN=1 ctest …` writes what is printed now instead of comparing; the diff
// is then to be reviewed like code.
#pragma once

#include <string>

namespace ari::test {

// Expects `text` to be the contents of testdata/golden/NAME.
void expect_golden(const std::string& name, const std::string& text);

}  // namespace ari::test
