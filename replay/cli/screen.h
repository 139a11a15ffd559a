// Screen: a terminal that shows one text after the other in the same place, as `top` does.
#pragma once

#include <string_view>

#include "replay/cli/console.h"

namespace ari::replay {

class Screen {
 public:
  // `console` outlives the screen. Nothing happens before the first show().
  explicit Screen(Console& console) : console_(console) {}
  ~Screen() { leave(); }
  Screen(const Screen&) = delete;
  Screen& operator=(const Screen&) = delete;

  // Whether there is a terminal that can do it.
  bool is_possible() const;

  // Turns to a page of its own. What was on the terminal is there again after leave().
  void enter();
  // Shows the text, or its first lines if it is longer than the page. Requires: entered.
  void show(std::string_view text);
  void leave();

 private:
  Console& console_;
  bool entered_ = false;
};

}  // namespace ari::replay
