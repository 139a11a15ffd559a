// Progress: how far the reading of a log has got, for who waits in front of a terminal.
//
//   43 % of 1.2 GB, 812 MB/s
//
// In one line of standard error, from the second second on, and gone when the reading is over.
// If standard error is no terminal, or a dumb one, nothing is ever written.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "replay/input/source.h"

namespace ari::replay {

class Progress final : public ReadObserver {
 public:
  Progress();
  ~Progress() override { finish(); }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void opened(std::optional<std::uint64_t> bytes) override;
  void read(std::uint64_t bytes) override;

  // Takes the line away. Call before anything else is printed.
  void finish();

 private:
  using Clock = std::chrono::steady_clock;

  bool is_possible_;
  bool is_shown_ = false;
  std::optional<std::uint64_t> expected_ = 0;  // bytes, of all inputs; nothing: not known
  std::uint64_t read_ = 0;
  Clock::time_point start_ = Clock::now();
  Clock::time_point next_ = start_ + std::chrono::seconds(1);
};

// "43 % of 1.2 GB, 812 MB/s", or "512 MB, 812 MB/s" if it is not known how much there is.
std::string progress_text(std::uint64_t read, std::optional<std::uint64_t> expected,
                          std::chrono::nanoseconds took);

}  // namespace ari::replay
