#include "runtime/ari.h"
#include "subscriber/init.h"

ari::Task<void> hello() { co_await ari::task::yield_now(); }

int main() {
  ari::subscriber::init();
  ari::Runtime().block_on(hello());
}
