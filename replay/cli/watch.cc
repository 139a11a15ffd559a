#include "replay/cli/watch.h"

#include <poll.h>

#include <cerrno>
#include <csignal>

#include "replay/report/words.h"

namespace ari::replay {

namespace {

// How long new lines may go unseen, in milliseconds. Looking costs two system calls.
constexpr int kPatienceMs = 50;

constexpr int kEnding[] = {SIGINT, SIGTERM};

// Set by the handler, read by the thread that it interrupted or that polls.
volatile std::sig_atomic_t ended = 0;

void end(int) { ended = 1; }

}  // namespace

Watch::Watch(Console& console, std::function<void()> caught_up, std::function<bool()> draw)
    : console_(console),
      caught_up_(std::move(caught_up)),
      draw_(std::move(draw)),
      next_(std::chrono::steady_clock::now()) {
  ended = 0;
  struct sigaction action {};
  action.sa_handler = &end;
  action.sa_flags = static_cast<int>(SA_RESETHAND);  // no SA_RESTART: waiting is to be interrupted
  for (const int signal : kEnding) ::sigaction(signal, &action, nullptr);
}

Watch::~Watch() {
  for (const int signal : kEnding) std::signal(signal, SIG_DFL);
}

void Watch::goes_on() { tick(); }

bool Watch::wait() {
  if (caught_up_) caught_up_();
  tick();
  if (ended != 0) return false;
  ::poll(nullptr, 0, kPatienceMs);
  return ended == 0;
}

void Watch::remark(const std::string& message) {
  if (caught_up_) caught_up_();
  console_.remark(escaped(message));
}

void Watch::tick() {
  if (!draw_) return;
  const auto now = std::chrono::steady_clock::now();
  if (now < next_) return;
  if (draw_()) next_ = now + std::chrono::seconds(1);
}

}  // namespace ari::replay
