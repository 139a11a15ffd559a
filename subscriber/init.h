// init(): makes a program recordable by an environment variable.
//
//   #include "subscriber/init.h"
//
//   int main() {
//     ari::subscriber::init();  // first: ARI=stdout, ARI=jsonl:run.jsonl, …
//     return run_my_program();
//   }
//
// Without ARI nothing is installed and nothing is recorded. environment.h says what ARI
// may ask for, FORMAT.md what the log looks like.
#pragma once

#include <chrono>

namespace ari::subscriber {

// The streams that ARI=stdout and ARI=stderr mean, and that complaints go to (the latter).
struct Streams {
  int out = 1;  // file descriptors; copied, so that the program may close its own
  int err = 2;
};

// Reads ARI, installs a subscriber for the rest of the process, and sees to it that
// everything is written when the process exits. Whatever in ARI is not understood or
// cannot be opened is complained of in one line that begins with "ari: ", and left out;
// if nothing is left, nothing is installed. To be called once, before the first task or
// span; later calls do nothing. A child of fork() gets files of its own with its first event.
// Signals that kill the program let the log be completed first (last_words.h).
void init(Streams streams = {});

// Has everything that was recorded before the call written out, as far as that is done within
// `most`. For a program that is about to leave without a word: exec(), _exit(), or daemon(3), whose
// parent calls _exit(). Takes up to 20 ms, most of it waiting; does nothing if nothing is recorded.
// Any thread, and async-signal-safe.
void flush(std::chrono::milliseconds most = std::chrono::milliseconds(1000)) noexcept;

}  // namespace ari::subscriber
