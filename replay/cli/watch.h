// Watch: a person, or a program, that follows a growing log until Ctrl-C.
#pragma once

#include <chrono>
#include <functional>

#include "replay/cli/console.h"
#include "replay/input/follow_source.h"

namespace ari::replay {

// While there is one, SIGINT and SIGTERM end the following instead of the program; a second one
// ends the program as ever. One at a time; not thread-safe.
class Watch final : public Follow {
 public:
  // `caught_up` is called whenever all that there is has been read; `draw` once a second, or
  // again at once for as long as it says that there was nothing to draw. Either may be empty.
  Watch(Console& console, std::function<void()> caught_up, std::function<bool()> draw);
  ~Watch() override;
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;

  void goes_on() override;
  bool wait() override;
  void remark(const std::string& message) override;

 private:
  void tick();

  Console& console_;
  std::function<void()> caught_up_;
  std::function<bool()> draw_;
  std::chrono::steady_clock::time_point next_;
};

}  // namespace ari::replay
