#include "subscriber/init.h"

#include <pthread.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "runtime/trace/dispatch.h"
#include "subscriber/begins_at_first.h"
#include "subscriber/last_words.h"
#include "subscriber/opened.h"
#include "subscriber/output.h"

namespace ari::subscriber {

namespace {

// What init() found in the environment, for children that are forked later. Never destroyed, as
// the recording is not.
struct Asked {
  std::string ari;
  const char* filter = nullptr;  // null: none; else `filter_text`
  std::string filter_text;
  Streams streams;
  OpenFiles files;  // of this process and, closed, of those that it was forked from
  std::function<void()> complain_of_nothing;  // as in Opened
  std::string directory;  // where relative paths begin, as the program may go elsewhere
};
// Null until all of it is there.
std::atomic<Asked*> g_asked{nullptr};

// Empty if the system does not say.
std::string working_directory() {
  std::error_code failure;
  const std::filesystem::path path = std::filesystem::current_path(failure);
  return failure ? std::string() : path.string();
}

// The recording of this process. Never destroyed: threads may be recording to the last.
std::atomic<Session*> g_session{nullptr};
pid_t g_recorded_process = 0;  // or in a child that has none yet, the one it comes from

// Null, too, in a child that was made without fork's handlers, by _Fork(): it has none of the
// threads, and the files are its parent's.
Session* session_here() noexcept {
  Session* const session = g_session.load(std::memory_order_acquire);
  return session != nullptr && getpid() == g_recorded_process ? session : nullptr;
}

// Starts what is asked for. Returns null if nothing of it can be had.
trace::Subscriber* start(Asked& asked, long parent) {
  Opened opened = open_recording(asked.ari.c_str(), asked.filter, asked.streams, asked.directory,
                                 parent, asked.files);
  g_recorded_process = getpid();
  if (opened.session == nullptr) return nullptr;
  asked.complain_of_nothing = std::move(opened.complain_of_nothing);
  // release: pairs with the acquire in the signal handlers.
  g_session.store(opened.session.release(), std::memory_order_release);
  return opened.subscriber;
}

// Runs behind all destructors of static objects, which std::atexit would not, since the
// objects were made before main() called init(): what they close is on record too.
[[gnu::destructor(101)]] void finish_at_exit() {
  Session* const session = session_here();
  if (session == nullptr) return;
  trace::set_subscriber(nullptr);
  lose_patience_with_readers();
  session->stop();
  const Asked& asked = *g_asked.load(std::memory_order_acquire);
  if (!session->has_recorded() && asked.complain_of_nothing) asked.complain_of_nothing();
}

// A forked child has the rings but no thread that reads them. It must not keep a pipe or
// a log open either, for whoever waits until the program is done with it. A log of its own
// begins with its first event: most children call exec() before that.
void begin_anew_in_child() {
  Asked* const asked = g_asked.load(std::memory_order_acquire);
  if (asked == nullptr) return;
  const long parent = g_recorded_process;
  g_session.store(nullptr, std::memory_order_relaxed);
  for (OwnDescriptor& file : asked->files) file.close();
  if (trace::subscriber() == nullptr) return;
  trace::set_subscriber(begin_at_first_event([=] { return start(*asked, parent); }));
}

// Before main(), and as early as can be: handlers run in the order in which they were made, and
// what one before ours records in the child is not recorded.
[[gnu::constructor(101)]] void arrange_for_children() {
  pthread_atfork(nullptr, nullptr, begin_anew_in_child);
}

void flush_before_death() { flush(std::chrono::milliseconds(1000)); }

}  // namespace

void flush(std::chrono::milliseconds most) noexcept {
  if (Session* const session = session_here()) session->flush_within(most);
}

void init(Streams streams) {
  static std::atomic<bool> was_called{false};
  if (was_called.exchange(true)) return;
  // secure: a program that runs with more rights than its user's writes no file that the
  // user names.
  const char* const value = secure_getenv("ARI");
  if (value == nullptr || *value == '\0') return;
  auto asked = std::make_unique<Asked>();
  asked->ari = value;
  asked->streams = streams;
  asked->directory = working_directory();
  if (const char* const filter = secure_getenv("ARI_FILTER")) {
    asked->filter_text = filter;
    asked->filter = asked->filter_text.c_str();
  }
  trace::Subscriber* const subscriber = start(*asked, 0);
  if (subscriber == nullptr) return;
  // release: pairs with the acquire in a child that another thread forks; before it has anybody to
  // record to.
  g_asked.store(asked.release(), std::memory_order_release);
  trace::set_subscriber(subscriber);
  std::at_quick_exit(finish_at_exit);
  call_before_death(flush_before_death);
}

}  // namespace ari::subscriber
