#include "tests/support/run.h"

#include <gtest/gtest.h>
#include <sys/wait.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace ari::test {

namespace fs = std::filesystem;

Ran run(const std::string& command, const std::string& directory) {
  const TempDir scratch;
  const std::string out = scratch.path() + "/out", err = scratch.path() + "/err";
  const std::string shell =
      "cd '" + directory +
      "' && unset ARI COLUMNS COLORTERM NO_COLOR CLICOLOR CLICOLOR_FORCE FORCE_COLOR && "
      "export TERM=xterm && { " +
      command + "\n} </dev/null >'" + out + "' 2>'" + err + "'";
  const int status = std::system(shell.c_str());
  const int exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return {exit_code, read_file(out), read_file(err)};
}

TempDir::TempDir() {
  std::string pattern = (fs::temp_directory_path() / "ari-test-XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr) ADD_FAILURE() << "cannot make " << pattern;
  path_ = pattern;
}

TempDir::~TempDir() {
  std::error_code ignored;  // a leftover in the temporary folder does no harm
  fs::remove_all(path_, ignored);
}

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file) << "cannot read " << path;
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return lines;
}

std::vector<std::string> capture_folders() {
  std::vector<std::string> folders;
  for (const auto& entry : fs::directory_iterator(ARI_TESTDATA "/captures")) {
    folders.push_back(entry.path().string());
  }
  std::sort(folders.begin(), folders.end());
  return folders;
}

std::string capture_file(const std::string& folder, const std::string& name) {
  for (const char* ending : {"", ".zst"}) {
    const std::string path = folder + "/" + name + ending;
    if (fs::exists(path)) return path;
  }
  return "";
}

}  // namespace ari::test
