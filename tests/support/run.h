// Running a program from a test, as a user's shell would.
#pragma once

#include <string>
#include <vector>

namespace ari::test {

struct Ran {
  int exit_code = 0;  // 128 + the signal's number if a signal ended it, as in a shell
  std::string out;
  std::string err;
};

// Runs `command` in /bin/sh inside `directory`, with nothing on standard input and without
// the environment variables that would change what our programs print (colour, COLUMNS, ARI).
Ran run(const std::string& command, const std::string& directory = ARI_SOURCE_DIR);

// A new empty directory that is gone, with all in it, when the object is.
class TempDir {
 public:
  TempDir();
  ~TempDir();
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

// The whole file as it is; fails the test if it cannot be read.
std::string read_file(const std::string& path);

// Text cut at LF; a last line without LF counts.
std::vector<std::string> lines_of(const std::string& text);

// The folders of testdata/captures, in order.
std::vector<std::string> capture_folders();

// FOLDER/NAME, or FOLDER/NAME.zst where that is what there is; empty if neither.
std::string capture_file(const std::string& folder, const std::string& name);

}  // namespace ari::test
