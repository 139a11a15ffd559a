// A program that runs beside the test, which reads what it prints as it comes.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace ari::test {

class Child {
 public:
  enum class Streams {
    kPipes,         // standard output and error are pipes
    kTerminal,      // both are one terminal; error() stays empty
    kErrorTerminal  // only standard error is one
  };

  // Runs `arguments` (the first is the program) in `directory` with `input` as standard input,
  // which is closed here; -1: nothing to read.
  Child(const std::vector<std::string>& arguments, const std::string& directory,
        Streams streams = Streams::kPipes, int input = -1);
  // Kills it if it is still there.
  ~Child();
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  // Waits until the text has come on standard output, or error. False if it has not when the
  // program ends, or after a time in which it must have.
  bool prints(const std::string& text) { return waits_for(text, out_); }
  bool complains(const std::string& text) { return waits_for(text, error_); }

  void signal(int number) const;
  // Waits for its end; 128 + the signal's number if one ended it, -1 if it does not end.
  int exit_code();

  // All that has come so far.
  const std::string& out() const { return out_; }
  const std::string& error() const { return error_; }

 private:
  bool waits_for(const std::string& text, const std::string& in);
  bool read_more(int timeout_ms);

  pid_t pid_ = -1;
  int out_fd_ = -1, error_fd_ = -1;
  std::string out_, error_;
};

}  // namespace ari::test
