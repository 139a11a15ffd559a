#include "subscriber/opened.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "subscriber/colour.h"
#include "subscriber/complain.h"
#include "subscriber/environment.h"
#include "subscriber/escape.h"
#include "subscriber/filtering.h"
#include "subscriber/leftover_ring.h"
#include "subscriber/log_file.h"
#include "subscriber/predecessor.h"
#include "subscriber/unread_pipe.h"
#include "subscriber/write_signals_held.h"

namespace ari::subscriber {

namespace {

int copy_of(int fd) { return fcntl(fd, F_DUPFD_CLOEXEC, 3); }

bool is_regular(int fd) {
  struct stat status;
  return fstat(fd, &status) == 0 && S_ISREG(status.st_mode);
}

// Makes the sinks that are asked for, and complains of those that cannot be.
class SinkMaker {
 public:
  SinkMaker(Streams streams, const std::string& directory, Complain complain, OpenFiles& files)
      : streams_(streams), directory_(directory), complain_(std::move(complain)), files_(files) {}

  std::unique_ptr<Sink> make(const LogRequest& request) {
    const std::string name = name_of(request);
    if (is_made_already(request)) {
      complain_("cannot write " + in_quotes(name) +
                ": a log before it in ARI is the same; this one is left out");
      return nullptr;
    }
    OpenedFile file = open(request);
    // A number that is the pipe's once it has a reader.
    if (file.is_unread_pipe) file.fd = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (file.fd < 0) {
      complain_("cannot write " + in_quotes(name) + ": " + file.error + "; this log is left out");
      return nullptr;
    }
    OwnDescriptor& descriptor = files_.emplace_back(OwnDescriptor::high(file.fd));
    made_.push_back({stream_of(request), file_of(request)});
    Writer writer = writer_for(request, isatty(descriptor.number()) == 1);
    if (request.max_bytes != 0 && is_regular(descriptor.number())) {
      return std::make_unique<Sink>(
          name, std::move(writer),
          std::make_unique<Parts>(request.path, directory_, descriptor, request.compressed,
                                  request.max_bytes, request.keep),
          complain_);
    }
    if (request.max_bytes != 0) {
      complain_("max says nothing of " + in_quotes(name) + ", which is a pipe or a device");
    }
    std::unique_ptr<Output> output =
        file.is_unread_pipe
            ? unread_pipe_output(path_in(directory_, request.path), descriptor)
            : own_output(descriptor, path_in(directory_, request.path), stream_of(request));
    if (request.compressed) output = zstd_output(std::move(output));
    return std::make_unique<Sink>(name, std::move(writer), std::move(output), complain_);
  }

 private:
  using FileId = std::pair<dev_t, ino_t>;
  struct Made {
    int stream;  // -1: a file
    std::optional<FileId> file;
  };

  // The file or pipe at its path; nothing for a stream, and for a device, which may well be there
  // twice.
  std::optional<FileId> file_of(const LogRequest& request) const {
    struct stat status;
    if (request.target != LogTarget::kFile) return std::nullopt;
    if (stat(path_in(directory_, request.path).c_str(), &status) != 0) return std::nullopt;
    return S_ISCHR(status.st_mode) ? std::nullopt
                                   : std::optional(FileId{status.st_dev, status.st_ino});
  }

  // A stream by its name, since stdout and stderr may well be one; a file, or a pipe, also under
  // another path.
  bool is_made_already(const LogRequest& request) const {
    const int stream = stream_of(request);
    const auto file = file_of(request);
    return std::any_of(made_.begin(), made_.end(), [&](const Made& made) {
      return stream >= 0 ? made.stream == stream : file && made.file == file;
    });
  }

  static std::string name_of(const LogRequest& request) {
    if (request.target == LogTarget::kFile) return request.path;
    return request.target == LogTarget::kStdout ? "stdout" : "stderr";
  }

  OpenedFile open(const LogRequest& request) const {
    if (request.target == LogTarget::kFile) {
      return open_log_file(path_in(directory_, request.path));
    }
    const int fd = copy_of(stream_of(request));
    return {fd, fd < 0 ? "it is closed" : ""};
  }

  // The program's descriptor that it is a copy of; -1 for a file.
  int stream_of(const LogRequest& request) const {
    if (request.target == LogTarget::kFile) return -1;
    return request.target == LogTarget::kStdout ? streams_.out : streams_.err;
  }

  static Writer writer_for(const LogRequest& request, bool is_terminal) {
    if (request.format == LogFormat::kJsonl) return JsonlWriter();
    const auto getenv = [](const char* name) { return std::getenv(name); };
    return TextWriter(colour_depth(ColourChoice::kAuto, is_terminal, getenv));
  }

  Streams streams_;
  const std::string& directory_;
  Complain complain_;
  OpenFiles& files_;
  std::vector<Made> made_;
};

// A ring file completes a JSONL log: the first that is asked for, else one beside it.
LogRequest& log_of_ring(Requests& requests) {
  for (LogRequest& request : requests.logs) {
    if (request.format == LogFormat::kJsonl) return request;
  }
  LogRequest request{LogFormat::kJsonl, LogTarget::kFile, *requests.ring + ".jsonl"};
  request.names_process = requests.ring_names_process;
  return requests.logs.emplace_back(std::move(request));
}

// A forked child writes to no stream and no file of its parent's: only to files, and those that are
// called as the parent's are get its process id into their names, with a word before it: a mere
// number is a part's (parts.h), and where process ids are small, as in a container, may be both.
void keep_apart_from_parent(Requests& requests, long parent, const Complain& complain) {
  std::erase_if(requests.logs, [](const LogRequest& r) { return r.target != LogTarget::kFile; });
  const std::string process = std::to_string(getpid());
  const std::string word = "fork-" + process;
  for (LogRequest& request : requests.logs) {
    if (request.names_process) continue;
    request.path = with_word(request.path, word);
    complain("process " + process + ", forked from " + std::to_string(parent) + ", writes " +
             in_quotes(request.path) + " (%p in the name says where the id goes)");
  }
  if (requests.ring && !requests.ring_names_process) {
    requests.ring = with_word(*requests.ring, word);
  }
}

bool is_a_log(const std::string& path, const Requests& requests, const std::string& directory) {
  const auto whole = [&directory](const std::string& name) {
    return std::filesystem::path(path_in(directory, name)).lexically_normal();
  };
  return std::any_of(requests.logs.begin(), requests.logs.end(), [&](const LogRequest& log) {
    return log.target == LogTarget::kFile && whole(log.path) == whole(path);
  });
}

// Why there can be no ring file because of the logs; empty if there can.
std::string conflict_of_ring(const Requests& requests, const std::string& directory) {
  if (is_a_log(*requests.ring, requests, directory)) return "it is a log in ARI";
  const std::string first = RingFile::unpublished(*requests.ring);
  if (!is_a_log(first, requests, directory)) return {};
  return "it is made as " + in_quotes(first) + ", which is a log in ARI";
}

// How long rings are if they lie in a file, and if not.
std::size_t ring_bytes_of(const Requests& requests, bool in_file) {
  if (requests.ring_bytes != 0) return requests.ring_bytes;
  return in_file ? kDefaultFileRingBytes : Lanes::kDefaultRingBytes;
}

std::unique_ptr<RingFile> make_ring_file(const Requests& requests, const std::string& directory,
                                         const std::string& log_path, std::string_view clock,
                                         const Complain& complain, OpenFiles& files) {
  const std::string& path = *requests.ring;
  std::string error;
  auto file = RingFile::create(
      {path_in(directory, path), path_in(directory, log_path), program_invocation_short_name, clock,
       ring_bytes_of(requests, true), complain, path},
      error);
  if (file == nullptr) {
    complain("cannot make " + in_quotes(path) + ": " + error +
             "; a crash may lose the last events");
    return nullptr;
  }
  files.emplace_back(file->descriptor());
  return file;
}

// The filter, or one that is empty if there is none or nothing in it is understood.
Filter read_filter(const char* value, bool is_child, const Complain& complain) {
  std::vector<std::string> complaints;
  Filter filter = Filter::parse(value != nullptr ? value : "", complaints);
  if (is_child) return filter;  // the parent has said it
  for (const std::string& line : complaints) complain("ARI_FILTER: " + line);
  return filter;
}

}  // namespace

Opened open_recording(const char* ari, const char* ari_filter, Streams streams,
                      const std::string& directory, long parent, OpenFiles& files) {
  const WriteSignalsHeld held;  // of files that are made and begun on this thread
  OwnDescriptor& err = files.emplace_back(OwnDescriptor::high(copy_of(streams.err)));
  const Complain complain_to_err = [&err, stream = streams.err](std::string_view line) {
    if (err.is_ours()) return complain(err.number(), line);
    if (err.is_same(stream)) complain(stream, line);
  };
  const bool is_child = parent != 0;
  Requests requests = parse_requests(ari, getpid());
  if (!is_child) {
    for (const std::string& line : requests.complaints) complain_to_err("ARI: " + line);
  }
  const TickClock clock = TickClock::best();
  if (requests.ring) log_of_ring(requests);  // before the child names the files anew
  if (is_child) keep_apart_from_parent(requests, parent, complain_to_err);
  std::string ring_log = requests.ring ? log_of_ring(requests).path : std::string();
  if (const std::string conflict = requests.ring ? conflict_of_ring(requests, directory) : "";
      !conflict.empty()) {
    complain_to_err("cannot make " + in_quotes(*requests.ring) + ": " + conflict +
                    "; a crash may lose the last events");
    requests.ring.reset();
  }
  if (requests.ring) {
    const Way way = make_way_for_ring(*requests.ring, ring_log, directory, complain_to_err);
    if (way != Way::kForBoth) requests.ring.reset();
    if (way == Way::kForNone) {
      std::erase_if(requests.logs, [&](const LogRequest& log) { return log.path == ring_log; });
    }
  }

  // Behind the ring file, which took its log with it.
  for (LogRequest& request : requests.logs) {
    const bool is_ring_log = requests.ring && request.path == ring_log;
    keep_predecessor(request, directory, complain_to_err);
    if (is_ring_log) ring_log = request.path;
  }

  SinkMaker maker(streams, directory, complain_to_err, files);
  std::vector<std::unique_ptr<Sink>> sinks;
  CrashSafety crash_safety;
  for (const LogRequest& request : requests.logs) {
    auto sink = maker.make(request);
    if (sink == nullptr) continue;
    if (requests.ring && request.path == ring_log) {
      if (!is_regular(files.back().number())) {
        complain_to_err(in_quotes(*requests.ring) + " completes files only, and " +
                        in_quotes(ring_log) +
                        " is a pipe or a device: after a crash what is in the ring file alone can "
                        "be recovered");
      }
      crash_safety = {
          make_ring_file(requests, directory, ring_log, clock.name(), complain_to_err, files),
          sinks.size()};
      requests.ring.reset();
    }
    sinks.push_back(std::move(sink));
  }
  Opened opened;
  if (sinks.empty()) return opened;
  if (requests.ring) {
    complain_to_err("cannot make " + in_quotes(*requests.ring) + ": it completes " +
                    in_quotes(ring_log) +
                    ", which cannot be written; a crash may lose the last events");
  }

  Filter filter = read_filter(ari_filter, is_child, complain_to_err);
  std::vector<Field> header;
  if (!filter.is_empty()) header.push_back({"filter", Value(ari_filter)});
  if (is_child) header.push_back({"forked_from", Value(static_cast<std::uint64_t>(parent))});
  const std::size_t ring_bytes = ring_bytes_of(requests, crash_safety.file != nullptr);
  try {
    opened.session = std::make_unique<Session>(std::move(sinks), program_invocation_short_name,
                                               clock, ring_bytes, std::move(crash_safety), header,
                                               requests.blocks_when_full);
  } catch (const std::system_error& failure) {
    complain_to_err("cannot start the thread that writes the log: " + failure.code().message() +
                    "; nothing is recorded");
    return opened;
  }
  opened.subscriber = &opened.session->subscriber();
  if (const std::string target(filter.sought_target()); !target.empty() && !is_child) {
    opened.complain_of_nothing = [complain_to_err, ari_filter, target] {
      complain_to_err("ARI_FILTER " + in_quotes(ari_filter) +
                      " let no event in: does a target begin with " + in_quotes(target) + "?");
    };
  }
  if (!filter.is_empty()) opened.subscriber = new Filtering(std::move(filter), *opened.subscriber);
  return opened;
}

}  // namespace ari::subscriber
