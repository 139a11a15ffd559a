#include "subscriber/init.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "runtime/trace/dispatch.h"
#include "subscriber/colour.h"
#include "subscriber/environment.h"
#include "subscriber/escape.h"
#include "subscriber/session.h"

namespace ari::subscriber {

namespace {

// The recording of this process. Never destroyed: threads may be recording to the last.
Session* g_session = nullptr;

// Every file that is open for the recording. A plain array of numbers, since a child that
// was forked from a program of many threads may hardly do more than close() them.
std::vector<int> g_fds;

// Writes one line. SIGPIPE is kept from killing a program whose stderr is a closed pipe.
void complain(int fd, std::string_view line) {
  sigset_t pipe_signal, before;
  sigemptyset(&pipe_signal);
  sigaddset(&pipe_signal, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &pipe_signal, &before);
  const std::string whole = "ari: " + std::string(line) + "\n";
  if (::write(fd, whole.data(), whole.size()) < 0 && errno == EPIPE) {
    const timespec at_once{0, 0};
    sigtimedwait(&pipe_signal, nullptr, &at_once);  // takes back the one just raised
  }
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

int copy_of(int fd) { return fcntl(fd, F_DUPFD_CLOEXEC, 3); }

// Makes the sinks that are asked for, and complains of those that cannot be.
class SinkMaker {
 public:
  SinkMaker(Streams streams, Complain complain)
      : streams_(streams), complain_(std::move(complain)) {}

  std::unique_ptr<Sink> make(const LogRequest& request) const {
    const std::string name = name_of(request);
    const OpenedFile file = open(request);
    if (file.fd < 0) {
      std::string line = "cannot write ";
      append_quoted(line, name);
      complain_(line.append(": ").append(file.error).append("; this log is left out"));
      return nullptr;
    }
    g_fds.push_back(file.fd);
    Writer writer = writer_for(request, isatty(file.fd) == 1);
    std::unique_ptr<Output> output = fd_output(file.fd);
    if (request.compressed) output = zstd_output(std::move(output));
    return std::make_unique<Sink>(name, std::move(writer), std::move(output), complain_);
  }

 private:
  static std::string name_of(const LogRequest& request) {
    if (request.target == LogTarget::kFile) return request.path;
    return request.target == LogTarget::kStdout ? "stdout" : "stderr";
  }

  OpenedFile open(const LogRequest& request) const {
    if (request.target == LogTarget::kFile) return open_log_file(request.path);
    const int fd = copy_of(request.target == LogTarget::kStdout ? streams_.out : streams_.err);
    return {fd, fd < 0 ? "it is closed" : ""};
  }

  static Writer writer_for(const LogRequest& request, bool is_terminal) {
    if (request.format == LogFormat::kJsonl) return JsonlWriter();
    const auto getenv = [](const char* name) { return std::getenv(name); };
    return TextWriter(colour_depth(ColourChoice::kAuto, is_terminal, getenv));
  }

  Streams streams_;
  Complain complain_;
};

// Runs behind all destructors of static objects, which std::atexit would not, since the
// objects were made before main() called init(): what they close is on record too.
[[gnu::destructor(101)]] void finish_at_exit() {
  if (g_session == nullptr) return;
  trace::set_subscriber(nullptr);
  g_session->stop();
}

// A forked child has the rings but no thread that reads them. It must not keep a pipe or
// a log open either, for whoever waits until the program is done with it.
void forget_in_child() {
  if (g_session == nullptr) return;
  trace::set_subscriber(nullptr);
  g_session = nullptr;
  for (const int fd : g_fds) close(fd);
}

// All that ARI asks for, as far as it can be had.
struct Asked {
  std::vector<std::unique_ptr<Sink>> sinks;
  CrashSafety crash_safety;
};

// A ring file completes a JSONL log: the first that is asked for, else one beside it.
LogRequest& log_of_ring(Requests& requests) {
  for (LogRequest& request : requests.logs) {
    if (request.format == LogFormat::kJsonl) return request;
  }
  const std::string path = *requests.ring + ".jsonl";
  return requests.logs.emplace_back(LogRequest{LogFormat::kJsonl, LogTarget::kFile, path, false});
}

std::string absolute(const std::string& path) {
  std::error_code failure;
  const auto full = std::filesystem::absolute(path, failure);
  return failure ? path : full.string();
}

std::unique_ptr<RingFile> make_ring_file(const std::string& path, const std::string& log_path,
                                         std::string_view clock, const Complain& complain) {
  std::string error;
  auto file = RingFile::create(
      {path, absolute(log_path), program_invocation_short_name, clock, Lanes::kDefaultRingBytes},
      error);
  if (file == nullptr) {
    std::string line = "cannot make ";
    append_quoted(line, path);
    complain(line.append(": ").append(error).append("; a crash may lose the last events"));
    return nullptr;
  }
  g_fds.push_back(file->fd());
  return file;
}

Asked make_all(const char* value, Streams streams, std::string_view clock) {
  const int err = copy_of(streams.err);
  if (err >= 0) g_fds.push_back(err);
  const Complain complain_to_err = [err](std::string_view line) { complain(err, line); };
  Requests requests = parse_requests(value, getpid());
  for (const std::string& line : requests.complaints) complain_to_err("ARI: " + line);
  const std::string ring_log = requests.ring ? log_of_ring(requests).path : std::string();
  const SinkMaker maker(streams, complain_to_err);
  Asked asked;
  for (const LogRequest& request : requests.logs) {
    auto sink = maker.make(request);
    if (sink == nullptr) continue;
    if (requests.ring && asked.crash_safety.file == nullptr && request.path == ring_log) {
      asked.crash_safety = {make_ring_file(*requests.ring, ring_log, clock, complain_to_err),
                            asked.sinks.size()};
    }
    asked.sinks.push_back(std::move(sink));
  }
  return asked;
}

}  // namespace

void init(Streams streams) {
  static std::atomic<bool> was_called{false};
  if (was_called.exchange(true)) return;
  const char* const value = std::getenv("ARI");
  if (value == nullptr || *value == '\0') return;
  const TickClock clock = TickClock::best();
  Asked asked = make_all(value, streams, clock.name());
  if (asked.sinks.empty()) return;
  g_session = new Session(std::move(asked.sinks), program_invocation_short_name, clock,
                          Lanes::kDefaultRingBytes, std::move(asked.crash_safety));
  trace::set_subscriber(&g_session->subscriber());
  pthread_atfork(nullptr, nullptr, forget_in_child);
}

}  // namespace ari::subscriber
