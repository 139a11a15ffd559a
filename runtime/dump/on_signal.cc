#include "runtime/dump/on_signal.h"

#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <iterator>
#include <mutex>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

#include "runtime/dump/dump.h"
#include "runtime/dump/runtimes.h"
#include "runtime/io/last_error.h"
#include "runtime/signal/bell.h"
#include "runtime/trace/dispatch.h"
#include "runtime/trace/service_thread.h"
#include "runtime/trace/signals_blocked.h"

namespace ari {

namespace {

constexpr int kOnlyWithoutLog = -1;

constinit signal::Bell g_bell;
// Where the thread is that hears the bell, which a child made by fork() has too. Set before the
// first handler is.
constinit pid_t g_process = 0;
// Where text goes in any case; kOnlyWithoutLog: to stderr, and only if nobody listens.
constinit std::atomic<int> g_text_fd{kOnlyWithoutLog};

void on_signal(int) {
  const int error_before = errno;
  if (::getpid() == g_process) g_bell.ring();
  errno = error_before;
}

// Until a descriptor that somebody made non-blocking, as stderr is shared with others, takes more.
// False if it has not for a second.
bool wait_until_writable(int fd) {
  constexpr int kPatienceMs = 1000;
  pollfd waiting{fd, POLLOUT, 0};
  int ready = 0;
  do {
    ready = ::poll(&waiting, 1, kPatienceMs);
  } while (ready < 0 && errno == EINTR);
  return ready > 0;
}

void write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(fd, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0 && errno == EAGAIN && wait_until_writable(fd)) continue;
    if (written <= 0) return;  // nobody to tell
    text.remove_prefix(static_cast<std::size_t>(written));
  }
}

// Beside runtimes with tasks those without say nothing, above all the one of threads that block
// (blocking_wait.h), of which the program knows nothing.
std::vector<Dump> dumps_of_all() {
  std::vector<Dump> dumps;
  for (const auto& runtime : scheduler::Runtimes::all()) dumps.push_back(Dump::of(*runtime));
  const auto is_empty = [](const Dump& dump) { return dump.tasks().empty(); };
  if (!std::all_of(dumps.begin(), dumps.end(), is_empty)) std::erase_if(dumps, is_empty);
  return dumps;
}

void dump_all() {
  // relaxed: a number, nothing is read by it.
  int fd = g_text_fd.load(std::memory_order_relaxed);
  if (fd == kOnlyWithoutLog && trace::subscriber() == nullptr) fd = STDERR_FILENO;
  const std::vector<Dump> dumps = dumps_of_all();
  std::string text;
  for (std::size_t i = 0; i < dumps.size(); ++i) {
    dumps[i].record();
    if (fd == kOnlyWithoutLog) continue;
    if (dumps.size() > 1) text += "Runtime " + std::to_string(i + 1) + ": ";
    text += dumps[i].to_string() + "\n";
  }
  if (fd != kOnlyWithoutLog) write_all(fd, dumps.empty() ? "no runtime\n" : text);
}

// Until the bell is broken, or there is nobody left to dump.
void serve() {
  const trace::ServiceThread service;
  constexpr int kLookMs = 1000;
  eventfd_t rings = 0;
  while (g_bell.is_there() && !trace::ServiceThread::are_all_that_is_left()) {
    pollfd bell{g_bell.number(), POLLIN, 0};
    const int rang = ::poll(&bell, 1, kLookMs);
    if (rang == 0 || (rang < 0 && errno == EINTR)) continue;
    if (rang < 0 || ::eventfd_read(g_bell.number(), &rings) != 0) return;
    dump_all();
  }
}

void start_thread() {
  const trace::SignalsBlocked for_the_thread;
  std::thread thread(serve);
  pthread_setname_np(thread.native_handle(), "ari-dump");
  thread.detach();
}

// Signals of a fault come back as soon as their handler returns: no dump, and no death either.
bool is_fault(int signal) {
  constexpr int kFaults[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP, SIGSYS};
  return std::find(std::begin(kFaults), std::end(kFaults), signal) != std::end(kFaults);
}

void install(int signal, int text_fd) {
  if (is_fault(signal)) {
    throw std::system_error(EINVAL, std::system_category(), "ari: dump_on_signal of a fault");
  }
  static std::mutex mutex;
  const std::lock_guard lock(mutex);
  if (!g_bell.is_made(EFD_CLOEXEC)) io::throw_last_error("ari: no descriptor for dump_on_signal");
  if (g_process == 0) {
    start_thread();
    g_process = ::getpid();
  }
  struct sigaction ours {};
  ours.sa_handler = on_signal;
  ours.sa_flags = SA_RESTART | SA_ONSTACK;
  sigemptyset(&ours.sa_mask);
  // What the thread reads at the first signal is there before it can come.
  const int text_fd_before = g_text_fd.exchange(text_fd, std::memory_order_relaxed);
  if (::sigaction(signal, &ours, nullptr) == 0) return;
  g_text_fd.store(text_fd_before, std::memory_order_relaxed);
  io::throw_last_error("ari: dump_on_signal");
}

void obey(std::string_view value) {
  constexpr std::string_view kStderr = ":stderr";
  const bool always = value.ends_with(kStderr);
  std::string_view name = value;
  if (always) name.remove_suffix(kStderr.size());
  try {
    const int signal = scheduler::signal_number(name);
    if (signal == 0) throw std::system_error(EINVAL, std::system_category());
    install(signal, always ? STDERR_FILENO : kOnlyWithoutLog);
  } catch (const std::system_error&) {
    write_all(STDERR_FILENO,
              "ari: ARI_DUMP_SIGNAL is not understood: expected a signal that can be caught and is "
              "no fault, such as USR1 or USR1:stderr\n");
  }
}

}  // namespace

void dump_on_signal(int signal) { install(signal, kOnlyWithoutLog); }

void dump_on_signal(int signal, int text_fd) { install(signal, text_fd); }

namespace scheduler {

int signal_number(std::string_view name) noexcept {
  constexpr std::string_view kPrefix = "SIG";
  if (name.starts_with(kPrefix)) name.remove_prefix(kPrefix.size());
  for (int signal = 1; signal < NSIG; ++signal) {
    const char* abbreviation = ::sigabbrev_np(signal);
    if (abbreviation != nullptr && name == abbreviation) return signal;
  }
  int number = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
  const bool is_number = error == std::errc() && end == name.data() + name.size();
  return is_number && number > 0 && number < NSIG ? number : 0;
}

void obey_dump_signal_variable() noexcept {
  static std::once_flag once;
  std::call_once(once, [] {
    const char* value = ::secure_getenv("ARI_DUMP_SIGNAL");
    if (value != nullptr && *value != '\0') obey(value);
  });
}

}  // namespace scheduler
}  // namespace ari
