// Exit status 0 if a co_await in the condition of the outermost statement works. In g++ 12
// such a coroutine ends without running its body.
#include "coroutine_probe.h"

bool ran = false;

Lazy body() {
  if (co_await Ready()) {
    ran = true;
  }
}

int main() {
  body().handle.resume();
  return ran ? 0 : 1;
}
