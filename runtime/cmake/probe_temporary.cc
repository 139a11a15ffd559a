// Exit status 0 if what is built inside of a co_await expression is destroyed once. g++ 12
// destroys an aggregate or a capturing lambda there twice.
#include "coroutine_probe.h"

int alive = 0;

struct Counted {
  Counted() { ++alive; }
  Counted(Counted&&) { ++alive; }
  ~Counted() { --alive; }
};

struct Aggregate {
  Counted member;
};

template <class T>
Ready take(T) {
  return {};
}

Lazy aggregate() {
  bool result = co_await take(Aggregate{Counted()});
  (void)result;
}

Lazy lambda() {
  Counted captured;
  bool result = co_await take([c = static_cast<Counted&&>(captured)] { (void)c; });
  (void)result;
}

int main() {
  aggregate().handle.resume();
  lambda().handle.resume();
  return alive == 0 ? 0 : 1;
}
