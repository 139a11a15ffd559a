// Reading logs from memory, and showing records so that tests can compare them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "replay/input/log.h"
#include "replay/result.h"
#include "subscriber/record.h"

namespace ari::test {

// A Source over text, handed out in pieces of the given sizes (over and over).
class TextSource : public replay::Source {
 public:
  explicit TextSource(std::string text, std::vector<std::size_t> pieces = {1 << 16})
      : text_(std::move(text)), pieces_(std::move(pieces)) {}
  std::size_t read(char* to, std::size_t size) override;

 private:
  std::string text_;
  std::vector<std::size_t> pieces_;
  std::size_t at_ = 0;
  std::size_t reads_ = 0;
};

// A record in one line, with everything it says and nothing it does not:
//
//   1000 th1 new 5 in 1 "runtime.spawn" target="tokio::task" {kind=~task task.id=13u}
//
// The number in front is at_unix_ns. Strings are quoted, display text has a tilde, whole
// numbers end in u or i. Levels other than TRACE, and "implied", are shown where they apply.
std::string show(const subscriber::Record& record);

// What reading a log came to.
struct ReadLog {
  replay::Coverage coverage;
  std::vector<std::string> records;
  std::string error;  // instead of all the above
};

ReadLog read_text(const std::string& log, std::vector<std::size_t> pieces = {1 << 16});
ReadLog read_path(const std::string& path);

// A problem as a line "SEVERITY LINE:COLUMN MESSAGE", then the excerpt and a caret:
//
//   loss 2:8 expected a number for "id", found a string
//     {"id":"7"}
//           ^
std::string show(const replay::Problem& problem);
std::string show(const std::vector<replay::Problem>& problems);
// The first lines only, one after the other with "; " between them.
std::string show_briefly(const std::vector<replay::Problem>& problems);

}  // namespace ari::test
