// A program that init_test runs under different ARI variables. Its only argument says how
// it is to behave; whatever it is, it opens a span, says one sentence and closes it.
#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <exception>
#include <filesystem>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "runtime/trace/span.h"
#include "subscriber/init.h"

namespace {

using namespace ari;

constexpr std::string_view kFields[] = {"task.name"};
constexpr trace::Metadata kTask{"runtime.spawn", "program", trace::Level::kTrace, kFields};
constexpr std::string_view kMessage[] = {"message"};
constexpr trace::Metadata kEvent{"", "program", trace::Level::kInfo, kMessage};

void speak(std::string_view sentence) {
  const auto span = trace::Span::root(kTask, {trace::Value("speaker")});
  const auto entered = span.enter();
  trace::event(kEvent, {trace::Value(sentence)});
}

constexpr int kMostFiles = 1 << 16;

// Open files beyond the three that every program has.
int extra_files() {
  int count = 0;
  for (int fd = 3; fd < kMostFiles; ++fd) count += fcntl(fd, F_GETFD) >= 0;
  return count;
}

int g_files_before = 0;  // before init()

int fork_and_speak() {
  const pid_t child = fork();
  if (child == 0) {
    const int kept_open = extra_files() - g_files_before;
    speak("child");
    exit(kept_open);  // with everything that is to happen at exit
  }
  int status = 0;
  waitpid(child, &status, 0);
  speak("parent");
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

// A child that is made without fork's handlers, and ends with everything that is to happen at exit.
int fork_bare() {
  speak("parent");
  const pid_t child = _Fork();
  if (child == 0) exit(3);
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

// A child that is made without fork's handlers and speaks all the same.
int fork_bare_and_speak() {
  speak("before");
  const pid_t child = _Fork();
  if (child == 0) {
    for (int i = 0; i < 3; ++i) speak("child");
    _exit(0);
  }
  int status = 0;
  waitpid(child, &status, 0);
  for (int i = 0; i < 5; ++i) speak("parent");
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

// Dies, and leaves a child that never records anything until somebody writes to the named pipe
// "go".
[[noreturn]] void fork_and_be_killed() {
  speak("before");
  if (fork() == 0) {
    char byte;
    const int fd = open("go", O_RDONLY);
    _exit(read(fd, &byte, 1) < 0);
  }
  speak("parent");
  raise(SIGKILL);
  _exit(1);
}

// Twice, as daemon() and its caller do it: the child between speaks after its own, if at all.
int fork_twice() {
  const pid_t child = fork();
  if (child == 0) exit(fork_and_speak());
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

// Whether a signal's handler ever ran on a thread that is not the program's own.
volatile sig_atomic_t g_on_other_thread = 0;
pthread_t g_main;
void note_thread(int) {
  if (pthread_equal(pthread_self(), g_main) == 0) g_on_other_thread = 1;
}

int take_signals() {
  g_main = pthread_self();
  signal(SIGUSR1, note_thread);
  sigset_t usr1;
  sigemptyset(&usr1);
  sigaddset(&usr1, SIGUSR1);
  pthread_sigmask(SIG_BLOCK, &usr1, nullptr);
  kill(getpid(), SIGUSR1);  // the process's: any thread that lets it in may take it
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  pthread_sigmask(SIG_UNBLOCK, &usr1, nullptr);
  return g_on_other_thread;
}

void speak_on_and_on() {
  for (int i = 0; i < 200; ++i) {
    speak("again");
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

// Records numbered events on several threads, in bursts with pauses of all lengths, until
// somebody kills it. After each event its number stands in the file "counts", which is
// shared with whoever looks later: eight bytes a thread.
int count_for_ever() {
  constexpr int kThreads = 3;
  const int fd = open("counts", O_RDWR | O_CREAT, 0600);
  if (ftruncate(fd, kThreads * sizeof(std::uint64_t)) != 0) return 1;
  void* const mapped =
      mmap(nullptr, kThreads * sizeof(std::uint64_t), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (mapped == MAP_FAILED) return 1;
  static constexpr std::string_view kNames[] = {"number", "text"};
  static constexpr trace::Metadata kNumbered{"", "program", trace::Level::kInfo, kNames};
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([count = static_cast<std::uint64_t*>(mapped) + i, i] {
      const trace::Span task = trace::Span::root(kTask, {trace::Value("counter")});
      for (std::uint64_t number = 1;; ++number) {
        const auto inside = task.enter();
        trace::event(kNumbered, {number, std::string_view("abcdefgh", number % 9)});
        *static_cast<volatile std::uint64_t*>(count) = number;
        if (number % 500 == 0) {
          std::this_thread::sleep_for(std::chrono::microseconds((number / 500 * (i + 1)) % 700));
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  return 0;
}

// Forks while other threads are at it, recording and making memory, again and again.
int fork_among_threads() {
  alarm(60);  // it writes for as long as a child stands still
  std::atomic<bool> is_over{false};
  std::vector<std::thread> threads;
  for (int i = 0; i < 3; ++i) {
    threads.emplace_back([&is_over] {
      while (!is_over) speak(std::string(100, 'x'));
    });
  }
  int failed = 0;
  for (int i = 0; i < 10; ++i) {
    const pid_t child = fork();
    if (child == 0) {
      speak("child");
      quick_exit(0);
    }
    int status = 0;
    waitpid(child, &status, 0);
    failed += status != 0;
  }
  is_over = true;
  for (std::thread& thread : threads) thread.join();
  return failed;
}

// More events than a ring holds, as fast as can be.
void speak_much(int times) {
  for (int i = 0; i < times; ++i) speak("much");
}

// Ends by itself in one of the ways in which programs die. SIGSEGV: by a fault, not a call.
void die(std::string_view how) {
  if (how == "terminate") std::terminate();
  if (how == "abort") abort();
  if (how == "segv") *static_cast<volatile int*>(nullptr) = 1;
  if (how == "term" || how == "TERM") raise(SIGTERM);
  if (how == "INT") raise(SIGINT);
  if (how == "HUP") raise(SIGHUP);
  if (how == "QUIT") raise(SIGQUIT);
  if (how == "exit") std::thread([] { exit(3); }).join();
}

void say_handled(int) {
  constexpr std::string_view kLine = "the program's handler\n";
  if (write(2, kLine.data(), kLine.size()) < 0) _exit(1);
  _exit(4);
}

// Hundreds of threads, and callsites, as many as the program wants.
int come_and_go() {
  for (int i = 0; i < 300; ++i) std::thread([] { speak("guest"); }).join();
  for (int i = 0; i < 10'000; ++i) {
    trace::event(*new trace::Metadata{"", "program", trace::Level::kInfo, kMessage},
                 {trace::Value("site")});
  }
  speak(std::string(1 << 20, 'm'));
  return 0;
}

// A task that waits, woken by nobody, while another speaks.
void wait_and_speak() {
  const auto waiting = trace::Span::root(kTask, {trace::Value("waiting")});
  { const auto poll = waiting.enter(); }
  speak_much(2000);
}

// Thousands of spans that stay open, while others speak.
void open_and_speak() {
  std::vector<trace::Span> open;
  const std::string name(300, 'n');
  for (int i = 0; i < 3000; ++i) open.push_back(trace::Span::root(kTask, {trace::Value(name)}));
  speak_much(2000);
}

// Somebody deletes the directory of the logs while the program is at it.
void delete_logs() {
  speak("before");
  std::filesystem::remove_all("logs");
}

// Closes what it did not open, from `first` on, opens a file of its own under every number that
// ari may have had, and speaks.
int close_all(int first) {
  speak("before");
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  std::vector<int> closed;
  for (int fd = first; fd < kMostFiles; ++fd) {
    // Not by close(): ThreadSanitizer rightly calls it a race, and it is what is tested.
    if (syscall(SYS_close, fd) == 0) closed.push_back(fd);
  }
  const int own = open("own", O_RDWR | O_CREAT, 0600);
  for (const int fd : closed) {
    if (fd != own) syscall(SYS_dup3, own, fd, 0);
  }
  std::thread([] { speak("on another thread"); }).join();
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  speak("after");
  return 0;
}

// main() ends and a thread goes on; whoever sends a signal meanwhile finds nobody who takes it.
[[noreturn]] void leave_main(bool is_terminated) {
  sigset_t all;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, nullptr);
  std::thread([=] {
    std::this_thread::sleep_for(std::chrono::milliseconds(250));
    speak("behind main()");
    if (is_terminated) kill(getpid(), SIGTERM);
  }).detach();
  pthread_exit(nullptr);
}

// Goes to the directory "elsewhere" and forks a child there; both speak.
int go_elsewhere() {
  speak("before");
  std::filesystem::current_path("elsewhere");
  speak_much(2000);
  return fork_and_speak();
}

// Goes on once somebody has written to the named pipe "go".
void wait_for_go() {
  speak("before");
  char byte = 0;
  const int fd = open("go", O_RDONLY);
  while (read(fd, &byte, 1) > 0) {
  }
  close(fd);
}

// Loads plugins beside the program, one after the other, each of which speaks and goes, as it is
// to: 2 if one stays.
int load_and_unload() {
  const auto beside = std::filesystem::read_symlink("/proc/self/exe").parent_path();
  for (const char* const name : {"recorded_plugin_one.so", "recorded_plugin_two.so"}) {
    void* const library = dlopen((beside / name).c_str(), RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) return fputs(dlerror(), stderr), 1;
    reinterpret_cast<void (*)()>(dlsym(library, "speak_in_plugin"))();
    dlclose(library);
    if (dlopen((beside / name).c_str(), RTLD_NOW | RTLD_NOLOAD) != nullptr) return 2;
  }
  return 0;
}

// From here on the system gives the process no thread: there is no room for a stack as large as a
// new one would have.
void refuse_threads() {
  pthread_attr_t huge;
  pthread_attr_init(&huge);
  pthread_attr_setstacksize(&huge, std::size_t{1} << 47);
  pthread_setattr_default_np(&huge);
  pthread_attr_destroy(&huge);
}

// Spans that outlive main() are closed after it.
struct AtExit {
  ~AtExit() {
    if (speaks) speak("at exit");
    span = {};
  }
  trace::Span span;
  bool speaks = false;
} g_static;

}  // namespace

int main(int, char** argv) {
  const std::string_view mode = argv[1];
  g_files_before = extra_files();
  g_static.speaks = mode.starts_with("leaves-main");
  if (mode == "handled") signal(SIGSEGV, say_handled);
  if (mode == "fork-speaks-at-once") {
    pthread_atfork(nullptr, nullptr, [] { speak("at once"); });
  }
  if (mode == "twice") subscriber::init();
  if (mode == "threadless") refuse_threads();
  subscriber::init();
  if (mode == "threadless-child") {
    refuse_threads();
    return fork_and_speak();
  }
  if (mode == "fork" || mode == "fork-speaks-at-once") return fork_and_speak();
  if (mode == "fork-killed") fork_and_be_killed();
  if (mode == "forks-bare") return fork_bare();
  if (mode == "forks-bare-speaks") return fork_bare_and_speak();
  if (mode == "forks-twice") return fork_twice();
  if (mode == "signals") return take_signals();
  if (mode == "count") return count_for_ever();
  if (mode == "fork-among-threads") return fork_among_threads();
  if (mode == "elsewhere") return go_elsewhere();
  if (mode == "closes-all") return close_all(3);
  if (mode == "closes-all-streams-too") return close_all(0);
  if (mode == "closes-all-and-forks") return close_all(3) + fork_and_speak();
  if (mode.starts_with("leaves-main")) leave_main(mode.ends_with("terminated"));
  if (mode == "plugins") return load_and_unload();
  if (mode == "come-and-go") return come_and_go();
  if (mode == "much") speak_much(300'000);
  if (mode == "waits") wait_and_speak();
  if (mode == "opens-much") open_and_speak();
  if (mode == "waits-for-go") wait_for_go();
  if (mode.starts_with("deletes-logs")) delete_logs();
  if (mode == "deletes-logs-much") speak_much(2000);
  if (mode.starts_with("on-and-on")) speak_on_and_on();
  if (mode == "static") g_static.span = trace::Span::root(kTask, {trace::Value("static")});
  if (mode == "closes-stdout") close(1);
  speak("hello");
  if (mode.starts_with("becomes-")) {
    subscriber::flush();
    execl("/proc/self/exe", "recorded_program", mode.substr(8).data(), nullptr);
  }
  if (mode == "execs") {
    subscriber::flush();
    execl("/bin/true", "true", nullptr);
  }
  if (mode.starts_with("dies-by-")) die(mode.substr(8));
  if (mode == "handled") die("segv");
  if (mode.ends_with("killed")) {
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    raise(SIGKILL);
  }
  fputs("the program's own line\n", stderr);
}
