#include "tests/support/golden.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "tests/support/run.h"

namespace ari::test {

void expect_golden(const std::string& name, const std::string& text) {
  const std::string path = std::string(ARI_TESTDATA "/golden/") + name;
  if (std::getenv("ARI_UPDATE_GOLDEN") != nullptr) {
    std::filesystem::create_directories(std::filesystem::path(path).parent_path());
    std::ofstream(path, std::ios::binary) << text;
    return;
  }
  SCOPED_TRACE(path + " (ARI_UPDATE_GOLDEN=1 writes it anew)");
  EXPECT_EQ(text, read_file(path));
}

}  // namespace ari::test
