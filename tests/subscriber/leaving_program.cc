// A program whose main() ends in pthread_exit(), with a thread that goes on for a moment, asks for
// a dump and ends.
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include <chrono>
#include <thread>

#include "runtime/ari.h"
#include "subscriber/init.h"

int main() {
  ari::subscriber::init();
  { const ari::Runtime runtime; }  // which looks for ARI_DUMP_SIGNAL
  std::thread([] {
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    kill(getpid(), SIGUSR1);
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
  }).detach();
  pthread_exit(nullptr);
}
