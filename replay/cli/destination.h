// Destination: where a result goes that may be large or binary.
//
// Standard output, which - is too, or the file named with --output, compressed if its name ends in
// .zst. Like what a shell writes to, a new file is as open to others as the umask lets it be.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "replay/cli/console.h"
#include "subscriber/output.h"

namespace ari::replay {

class Destination {
 public:
  // `path` empty or -: standard output. Both must outlive it.
  Destination(const std::string& path, Console& console) : path_(path), console_(console) {}

  // False, and told, if it is one of these files, by whatever name: opening it would destroy what
  // is to be read. Files that are not there are none.
  [[nodiscard]] bool spares(const std::vector<std::string>& inputs) const;

  // Takes what is in `bytes` and empties it. The file is opened, and what was in it gone,
  // with the first of them: not before it is known that the log can be read.
  void write(std::string& bytes);

  // False, and told, if not all could be written. The last call.
  [[nodiscard]] bool finish();

 private:
  bool open();
  bool fail(const std::string& error);

  const std::string& path_;
  Console& console_;
  std::unique_ptr<subscriber::Output> output_;
  bool failed_ = false;
};

}  // namespace ari::replay
