#include "tests/fuzz/dead_program.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <memory>

#include "subscriber/drain.h"
#include "subscriber/jsonl_writer.h"
#include "subscriber/lanes.h"
#include "subscriber/ring_file.h"

namespace ari::test {

namespace {

using namespace subscriber;

constexpr std::size_t kRingBytes = 4096;

constexpr std::string_view kSpawnFields[] = {"kind", "task.name", "task.id", "loc.line"};
constexpr trace::Metadata kSpawn{"runtime.spawn", "runtime::task", trace::Level::kTrace,
                                 kSpawnFields};
constexpr std::string_view kEventFields[] = {"message", "share", "change", "ready", "nothing"};
constexpr trace::Metadata kEvent{"", "program", trace::Level::kInfo, kEventFields};

// One tick is one nanosecond.
Anchor anchor_at(std::uint64_t ticks) { return {ticks, static_cast<std::int64_t>(ticks)}; }

// The log, of which what begins a recording and names its threads and spans is kept.
class ShortLog final : public RecordConsumer {
 public:
  void consume(const Record& record) override {
    if (record.kind <= RecordKind::kNew) writer_.write(record, text);
  }
  std::string text;

 private:
  JsonlWriter writer_;
};

void spawn(Lane& lane, std::uint64_t ticks, SpanId task) {
  const Value values[] = {Value::display("task"), "worker", task, 41u};
  lane.new_span(ticks, task, 1, kSpawn, values);
}

// One chunk of each kind that a thread writes by itself.
void live(Lane& lane, std::uint64_t ticks, SpanId task) {
  spawn(lane, ticks, task);
  lane.waker(ticks += 10, trace::kNoSpan, WakerOp::kWake, task);
  lane.enter(ticks += 10, task, EnterReason::kPoll);
  const Value values[] = {"half \"done\"", 0.5, -3, true, Value()};
  lane.event(ticks += 10, task, kEvent, values);
  lane.exit(ticks += 10, task, std::source_location::current());
  lane.close(ticks += 10, task, Outcome::kCancelled);
}

}  // namespace

DeadProgram::DeadProgram() {
  char folder[] = "/dev/shm/fuzz_recover.XXXXXX";
  if (::mkdtemp(folder) == nullptr) std::abort();
  folder_ = folder;
  record();
  map();
}

DeadProgram::~DeadProgram() {
  ::munmap(bytes_.data(), bytes_.size());
  std::filesystem::remove_all(folder_);
}

void DeadProgram::record() {
  const std::string log_path = folder_ + "/run.jsonl", living = folder_ + "/living.ring";
  std::string error;
  const auto file = RingFile::create({living, log_path, "dead", "tsc", kRingBytes}, error);
  if (file == nullptr || !file->publish()) std::abort();
  Lanes lanes(kRingBytes, file.get());
  ShortLog log;
  std::uint64_t ticks = 1'000'000'000;
  Drain drain(lanes, anchor_at(ticks), log, "dead", "tsc");

  const auto full = lanes.make(0, "full"), other = lanes.make(0, "other");
  spawn(*full, ticks + 1, 7);
  while (full->lost() == 0) full->enter(ticks + 2, 7, EnterReason::kPoll);
  while (full->lost_closes() == 0) full->close(ticks + 3, 7, Outcome::kCompleted);
  spawn(*other, ticks + 4, 8);
  drain.pass(anchor_at(ticks += 1'000'000));
  drain.checkpoint(*file, log.text.size());
  drain.pass(anchor_at(ticks += 1'000'000));
  // The checkpoint in force says that the log is empty, so that few runs read it.
  drain.checkpoint(*file, 0);
  live(*full, ticks + 10, 9);
  live(*other, ticks + 15, 10);

  std::ofstream(log_path) << log.text;
  // A copy: nobody holds a lock on it, and in it no thread ends in good order.
  std::filesystem::copy_file(living, ring_path());
}

void DeadProgram::map() {
  const int fd = ::open(ring_path().c_str(), O_RDWR | O_CLOEXEC);
  const std::size_t size = std::filesystem::file_size(ring_path());
  void* const mapped = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  ::close(fd);
  if (mapped == MAP_FAILED) std::abort();
  bytes_ = {static_cast<std::byte*>(mapped), size};

  const auto& head = *reinterpret_cast<const FileHead*>(bytes_.data());
  use(0, offsetof(FileHead, log_path) + std::strlen(head.log_path) + 1);
  use(kFileHeadBytes, head.names_used + 1);
  for (std::uint32_t i = 0; i < head.rings; ++i) {
    const std::size_t at = ring_offset(i, kRingBytes);
    const auto& ring = *reinterpret_cast<const RingHead*>(bytes_.data() + at);
    use(at, sizeof(RingHead));
    for (std::uint64_t byte = ring.read[head.in_force]; byte != ring.written; ++byte) {
      use(at + kRingHeadBytes + byte % kRingBytes, 1);
    }
  }
}

void DeadProgram::use(std::size_t offset, std::size_t bytes) {
  while (bytes-- > 0) used_.push_back(static_cast<std::uint32_t>(offset++));
}

}  // namespace ari::test
