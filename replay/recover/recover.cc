#include "replay/recover/recover.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <memory>
#include <optional>
#include <string_view>
#include <unordered_set>

#include "replay/input/file_source.h"
#include "replay/input/limited_source.h"
#include "replay/input/log.h"
#include "replay/recover/chunk_check.h"
#include "replay/recover/recorded_names.h"
#include "subscriber/drain.h"
#include "subscriber/ring_file.h"

namespace ari::replay {

using subscriber::Checkpoint;
using subscriber::FileHead;
using subscriber::Record;
using subscriber::RecordKind;
using subscriber::RingHead;
using subscriber::RingMemory;

namespace {

constexpr std::size_t kFrontBytes = subscriber::kFileHeadBytes + subscriber::kNameBookBytes;
constexpr std::uint64_t kLeastRing = 4096, kLargestRing = std::uint64_t{1} << 30;
// More threads than any system has at once; beyond that a number is no thread's.
constexpr std::uint32_t kLargestThread = 1u << 24;

template <std::size_t N>
std::string text_of(const char (&text)[N]) {
  return std::string(text, strnlen(text, N));
}

// Whether it begins as a log does, plain or compressed: with an object, the year of an instant, the
// colour of one, or the number of zstd or gzip.
bool begins_as_a_log(int fd) noexcept {
  std::array<char, 4> head{};
  const ssize_t read = pread(fd, head.data(), head.size(), 0);
  const std::string_view begin(head.data(), read > 0 ? static_cast<std::size_t>(read) : 0);
  return begin.starts_with('{') || begin.starts_with("20") || begin.starts_with('\x1b') ||
         begin.starts_with("\x28\xb5\x2f\xfd") || begin.starts_with("\x1f\x8b");
}

// A ring file that has been opened and whose front is sound. Mapped privately: what is
// changed here stays here.
class DeadRings {
 public:
  static Result<DeadRings> open(const std::string& path) {
    DeadRings rings;
    rings.fd_ = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (rings.fd_ < 0) return Error{fmt::format("{}: {}", path, std::strerror(errno))};
    if (auto error = rings.map()) return Error{fmt::format("{}: {}", path, *error)};
    return rings;
  }
  DeadRings(DeadRings&& other) noexcept
      : fd_(std::exchange(other.fd_, -1)),
        front_(std::exchange(other.front_, nullptr)),
        count_(other.count_) {}
  DeadRings& operator=(DeadRings&&) = delete;
  ~DeadRings() {
    if (front_ != nullptr) munmap(front_, kFrontBytes);
    if (fd_ >= 0) close(fd_);
  }

  const FileHead& head() const noexcept { return *reinterpret_cast<const FileHead*>(front_); }
  const Checkpoint& checkpoint() const noexcept { return head().checkpoint[in_force()]; }
  std::uint32_t in_force() const noexcept {
    return head().in_force.load(std::memory_order_acquire) & 1;
  }
  bool is_abandoned() const noexcept {
    return head().is_abandoned.load(std::memory_order_acquire) != 0;
  }
  const std::byte* names() const noexcept { return front_ + subscriber::kFileHeadBytes; }
  std::size_t names_used() const noexcept {
    return std::min<std::uint64_t>(head().names_used.load(std::memory_order_acquire),
                                   subscriber::kNameBookBytes);
  }
  std::uint64_t count() const noexcept { return count_; }
  RingMemory ring(std::uint64_t number) const noexcept {
    return RingMemory::of_file(fd_, subscriber::ring_offset(number, head().ring_bytes),
                               head().ring_bytes, false);
  }

 private:
  DeadRings() noexcept = default;

  // Why the file cannot be used; nothing if it can.
  std::optional<std::string> map() {
    struct stat status {};
    if (fstat(fd_, &status) != 0) return std::strerror(errno);
    if (!S_ISREG(status.st_mode)) return "is not a file";
    if (begins_as_a_log(fd_)) {
      return "this is a log; give the ring file, which is what ARI has behind ring:";
    }
    const auto size = static_cast<std::uint64_t>(status.st_size);
    if (size < kFrontBytes) return "expected a ring file, found one that is too short";
    void* const mapped = mmap(nullptr, kFrontBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd_, 0);
    if (mapped == MAP_FAILED) return std::strerror(errno);
    front_ = static_cast<std::byte*>(mapped);
    if (head().magic != subscriber::kRingFileMagic) return "expected a ring file, found another";
    if (head().version < subscriber::kOldestRingFileVersion ||
        head().version > subscriber::kRingFileVersion) {
      return fmt::format("has version {} of the format, expected {} to {}", head().version,
                         subscriber::kOldestRingFileVersion, subscriber::kRingFileVersion);
    }
    if (flock(fd_, LOCK_SH | LOCK_NB) != 0) {
      return fmt::format("process {} is still writing it; its log is {}", head().process_id,
                         text_of(head().log_path));
    }
    const std::uint64_t ring_bytes = head().ring_bytes;
    if (!std::has_single_bit(ring_bytes) || ring_bytes < kLeastRing || ring_bytes > kLargestRing) {
      return fmt::format("is damaged: rings of {} bytes", ring_bytes);
    }
    const std::uint64_t room = (size - kFrontBytes) / (subscriber::kRingHeadBytes + ring_bytes);
    count_ = std::min<std::uint64_t>(head().rings.load(std::memory_order_acquire), room);
    return std::nullopt;
  }

  int fd_ = -1;
  std::byte* front_ = nullptr;
  std::uint64_t count_ = 0;
};

// Passes on what the log had, and remembers what its continuation depends on.
class LogPart final : public RecordSink {
 public:
  explicit LogPart(RecordSink& next) : next_(next) {}

  void record(const Record& record, const Line& line) override {
    latest_unix_ns = std::max(latest_unix_ns, record.at_unix_ns);
    switch (record.kind) {
      case RecordKind::kHeader:
        has_header = true;
        tasks.clear();
        threads.clear();
        break;
      case RecordKind::kThread:
        threads.insert(record.thread);
        break;
      case RecordKind::kNew:
        if (record.name == "runtime.spawn") tasks.insert(record.span);
        break;
      case RecordKind::kClose:
        tasks.erase(record.span);
        break;
      default:
        break;
    }
    next_.record(record, line);
  }

  bool has_header = false;
  std::int64_t latest_unix_ns = 0;
  std::unordered_set<trace::SpanId> tasks;    // that are open
  std::unordered_set<std::uint32_t> threads;  // that are named

 private:
  RecordSink& next_;
};

// Passes on what the rings had.
class RingPart final : public subscriber::RecordConsumer {
 public:
  RingPart(const LogPart& log, RecordSink& next) : log_(log), next_(next) {}

  void consume(const Record& record) override {
    if (record.kind == RecordKind::kThread && log_.threads.contains(record.thread)) return;
    if (record.kind >= RecordKind::kNew && record.kind <= RecordKind::kWaker) ++events;
    if (record.callsite == &RecordedNames::unknown()) ++nameless;
    if (record.kind == RecordKind::kExit && record.callsite != nullptr &&
        record.parked_at.line == 0) {
      ++placeless;
    }
    latest_unix_ns = std::max(latest_unix_ns, record.at_unix_ns);
    next_.record(record, {});
  }
  std::int64_t latest_unix_ns = 0;
  std::uint64_t events = 0;
  std::uint64_t nameless = 0;   // of these: their callsites are not in the name book
  std::uint64_t placeless = 0;  // of these: where the task suspended is not

 private:
  const LogPart& log_;
  RecordSink& next_;
};

subscriber::TimeLine time_line_of(const Checkpoint& checkpoint) {
  subscriber::TimeLine time_line(checkpoint.anchor[0]);
  const std::size_t count = std::min<std::size_t>(checkpoint.anchors, subscriber::kAnchorsKept);
  for (std::size_t i = 1; i < count; ++i) time_line.add(checkpoint.anchor[i]);
  return time_line;
}

// Adds the ring as a lane, as far as it is sound.
void add_lane(RingMemory memory, std::uint32_t in_force, subscriber::Lanes& lanes,
              Recovered& recovered) {
  RingHead& head = memory.head();
  if (head.thread == 0) return;  // its thread had gone, and the log has all of it
  const std::uint64_t from = head.read[in_force];
  const std::uint64_t to = head.written.load(std::memory_order_acquire);
  const std::uint64_t told = head.told[in_force];
  if (head.thread > kLargestThread || to - from > memory.capacity() ||
      told > head.lost.load(std::memory_order_relaxed)) {
    recovered.remarks.push_back(
        fmt::format("ring {} is damaged: nothing of it is recovered", head.number));
    return;
  }
  const std::uint64_t sound = sound_up_to(memory.data(), memory.capacity(), from, to);
  if (sound != to) {
    recovered.remarks.push_back(fmt::format("thread {}: {} of {} bytes are damaged and left out",
                                            head.thread, to - sound, to - from));
  }
  head.freed.store(from, std::memory_order_relaxed);
  head.written.store(sound, std::memory_order_relaxed);
  lanes.add(
      subscriber::Lane::of_the_dead(std::move(memory), told, lanes.doorbell(), lanes.lost_spans()));
}

// The first record of a log.
class Beginning final : public RecordSink {
 public:
  void record(const Record& record, const Line&) override {
    if (std::exchange(is_seen_, true) || record.kind != RecordKind::kHeader) return;
    has_header = true;
    at_unix_ns = record.at_unix_ns;
    for (const subscriber::Field& field : record.fields) {
      if (field.name != "pid") continue;
      if (field.value.type() == trace::ValueType::kU64) process_id = field.value.as_u64();
      if (field.value.type() == trace::ValueType::kI64) {
        process_id = static_cast<std::uint64_t>(field.value.as_i64());
      }
    }
  }

  bool has_header = false;
  std::int64_t at_unix_ns = 0;
  std::uint64_t process_id = 0;  // 0: not told

 private:
  bool is_seen_ = false;
};

// Where the program wrote its log, and beside the ring file under the same name.
std::vector<std::string> places_of_log(const std::string& ring_path, const FileHead& rings) {
  const std::string told = text_of(rings.log_path);
  const std::string beside =
      std::filesystem::path(ring_path).parent_path() / std::filesystem::path(told).filename();
  std::error_code ignored;
  const auto whole = [&ignored](const std::string& path) {
    return std::filesystem::weakly_canonical(path, ignored);
  };
  if (whole(beside) == whole(told)) return {told};
  return {told, beside};
}

bool is_there(const std::string& path) {
  std::error_code ignored;
  return std::filesystem::exists(path, ignored);
}

// The first `bytes` bytes of a log. Of a file only: who opens a pipe waits for somebody to write,
// and what had been written to it is gone.
Result<std::unique_ptr<Source>> open_log(const std::string& path, std::uint64_t bytes) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (fd < 0) return Error{why_not_opened(errno)};
  auto file = std::make_unique<FileSource>(fd);
  struct stat status {};
  if (fstat(fd, &status) != 0) return Error{std::strerror(errno)};
  if (!S_ISREG(status.st_mode)) return Error{"is no file"};
  return decompressed(std::make_unique<LimitedSource>(std::move(file), bytes));
}

// Why the log at `path`, of which the program wrote so many bytes, is none that the rings go on
// from; empty if it is one. The next run may have written over it; one of whose beginning something
// is missing is taken for it.
std::string why_not(const std::string& path, std::uint64_t bytes, const FileHead& rings) {
  constexpr std::uint64_t kMostPeeked = 256 << 10;  // more than a block of zstd's
  if (!is_there(path)) return "is not there";
  const auto source = open_log(path, std::min(bytes, kMostPeeked));
  if (!source.has_value()) return source.error().message;
  Beginning beginning;
  if (!read_log(*source.value(), path, beginning).has_value() || !beginning.has_header) return {};
  if (beginning.process_id == 0) return "is not the log of an ari program";
  const bool is_of_run = beginning.process_id == rings.process_id &&
                         (rings.start_unix_ns == 0 || beginning.at_unix_ns == rings.start_unix_ns);
  if (is_of_run) return {};
  return fmt::format("is the log of another run, of process {}", beginning.process_id);
}

// Where the log is; nothing, and what is told of that, if it is nowhere.
std::optional<std::string> find_log(const std::string& ring_path, std::uint64_t bytes,
                                    const FileHead& rings, Recovered& recovered) {
  std::vector<std::string> remarks;
  for (const std::string& place : places_of_log(ring_path, rings)) {
    const std::string reason = why_not(place, bytes, rings);
    if (reason.empty()) return place;
    if (remarks.empty() || is_there(place)) remarks.push_back(fmt::format("{} {}", place, reason));
  }
  remarks.back() += ": only what the rings hold is recovered";
  for (std::string& remark : remarks) recovered.remarks.push_back(std::move(remark));
  return std::nullopt;
}

// The log as far as the checkpoint says that it holds; all that there is of one that could not be
// written any more, as no ring goes on from anywhere in it.
void read_log_part(const std::string& ring_path, const DeadRings& rings, LogPart& log,
                   Recovered& recovered) {
  recovered.log_path = text_of(rings.head().log_path);
  const std::uint64_t bytes = rings.is_abandoned() ? UINT64_MAX : rings.checkpoint().log_bytes;
  if (bytes == 0) return;
  const auto found = find_log(ring_path, bytes, rings.head(), recovered);
  if (!found) return;
  recovered.log_path = *found;
  std::error_code ignored;
  if (!rings.is_abandoned() && std::filesystem::file_size(*found, ignored) < bytes) {
    recovered.remarks.push_back(fmt::format("{} is shorter than it was", *found));
  }
  const auto source = open_log(*found, bytes);
  if (!source.has_value()) {
    recovered.remarks.push_back(fmt::format("{}: {}", *found, source.error().message));
    return;
  }
  const Result<Coverage> coverage = read_log(*source.value(), *found, log);
  if (!coverage.has_value()) {
    recovered.remarks.push_back(coverage.error().message);
    return;
  }
  recovered.events_of_log = coverage.value().events;
  if (coverage.value().lines_skipped > 0) {
    recovered.remarks.push_back(
        fmt::format("{}: {} lines could not be read", *found, coverage.value().lines_skipped));
  }
}

void write_header(const DeadRings& rings, RecordSink& sink) {
  const std::string program = text_of(rings.head().program);
  const std::string clock = text_of(rings.head().clock);
  const subscriber::Field fields[] = {{"pid", trace::Value(std::uint64_t{rings.head().process_id})},
                                      {"clock", trace::Value(std::string_view(clock))}};
  Record header;
  header.kind = RecordKind::kHeader;
  const std::int64_t start = rings.head().start_unix_ns;
  header.at_unix_ns = start != 0 ? start : rings.checkpoint().anchor[0].unix_ns;
  header.name = program;
  header.fields = fields;
  sink.record(header, {});
}

void remark_on_names(const RingPart& part, Recovered& recovered) {
  if (part.nameless > 0) {
    recovered.remarks.push_back(
        fmt::format("of {} events the rings do not have the names: they are called \"?\", and what "
                    "was in their fields is lost",
                    part.nameless));
  }
  if (part.placeless > 0) {
    recovered.remarks.push_back(fmt::format(
        "of {} polls the rings do not have the place where the task suspended", part.placeless));
  }
}

}  // namespace

Result<Recovered> recover(const std::string& path, RecordSink& sink) {
  Result<DeadRings> opened = DeadRings::open(path);
  if (!opened.has_value()) return opened.error();
  const DeadRings& rings = opened.value();

  Recovered recovered;
  LogPart log(sink);
  read_log_part(path, rings, log, recovered);
  if (rings.is_abandoned()) {
    recovered.remarks.push_back(
        fmt::format("the log could not be written any more: {}what came after is lost",
                    log.has_header ? "its whole lines are kept, " : ""));
    return recovered;
  }
  if (!log.has_header) write_header(rings, sink);

  RecordedNames names;
  bool has_all_names = names.add(rings.names(), rings.names_used()) == rings.names_used();
  std::vector<RingMemory> more_names;
  subscriber::Lanes lanes(kLeastRing);
  int reason = 0;  // why the first could not be read
  for (std::uint64_t i = 0; i < rings.count(); ++i) {
    RingMemory memory = rings.ring(i);
    if (!memory) {
      if (recovered.rings_unread++ == 0) reason = errno;
      continue;
    }
    if (memory.head().thread == subscriber::kThreadOfNames) {
      const std::uint64_t bytes = memory.head().written.load(std::memory_order_acquire);
      has_all_names &= names.add(memory.data(), std::min(bytes, memory.capacity())) == bytes;
      more_names.push_back(std::move(memory));
    } else {
      add_lane(std::move(memory), rings.in_force(), lanes, recovered);
    }
  }
  if (recovered.rings_unread != 0) {
    recovered.remarks.push_back(
        fmt::format("{} of {} rings could not be read ({}): what only they had is missing",
                    recovered.rings_unread, rings.count(), std::strerror(reason)));
  }
  if (!has_all_names) recovered.remarks.push_back("the names of some events are damaged");
  RingPart part(log, sink);
  subscriber::Drain drain(lanes, time_line_of(rings.checkpoint()), part, names);
  for (const trace::SpanId task : log.tasks) drain.knows_task(task);
  drain.drain_all();
  recovered.events_of_rings = part.events;
  // The last checkpoint was a moment before the program died.
  const std::int64_t alive_unix_ns = time_line_of(rings.checkpoint()).last_anchor().unix_ns;
  if (alive_unix_ns > std::max(log.latest_unix_ns, part.latest_unix_ns)) {
    Record alive;
    alive.kind = RecordKind::kAlive;
    alive.at_unix_ns = alive_unix_ns;
    sink.record(alive, {});
  }
  remark_on_names(part, recovered);
  return recovered;
}

Result<std::vector<std::string>> logs_of_ring_file(const std::string& path) {
  Result<DeadRings> opened = DeadRings::open(path);
  if (!opened.has_value()) return opened.error();
  return places_of_log(path, opened.value().head());
}

}  // namespace ari::replay
