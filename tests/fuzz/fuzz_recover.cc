// A damaged ring file: recovering from it must not crash, read beyond it or take for ever.
//
// The file of a small program that was killed, with some of its bytes changed: each four bytes of
// the input are one change. A whole file is a megabyte, of which nearly all is empty.
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "replay/recover/recover.h"
#include "subscriber/jsonl_writer.h"
#include "subscriber/ring_file.h"
#include "subscriber/text_writer.h"

namespace {

using namespace ari;

// Prints every record both ways, so that everything it points to is looked at.
class Printer : public replay::RecordSink {
 public:
  void record(const subscriber::Record& record, const replay::Line&) override {
    ++records_;
    text_.clear();
    text_writer_.write(record, text_);
    jsonl_writer_.write(record, text_);
  }

  std::uint64_t records() const { return records_; }

 private:
  std::uint64_t records_ = 0;
  std::string text_;
  subscriber::TextWriter text_writer_{subscriber::ColourDepth::kNone};
  subscriber::JsonlWriter jsonl_writer_;
};

// The ring file, open for changes.
class RingFileOfTheDead {
 public:
  RingFileOfTheDead() {
    char folder[] = "/dev/shm/fuzz_recover.XXXXXX";
    if (::mkdtemp(folder) == nullptr) std::abort();
    folder_ = folder;
    const pid_t child = ::fork();
    if (child == 0) {
      const std::string ari = "jsonl:" + folder_ + "/run.jsonl,ring:" + path();
      ::setenv("ARI", ari.c_str(), 1);
      ::execl(ARI_BIN_DIR "/killed_program", "killed_program", nullptr);
      std::_Exit(1);
    }
    ::waitpid(child, nullptr, 0);
    fd_ = ::open(path().c_str(), O_RDWR | O_CLOEXEC);
    if (fd_ < 0) std::abort();
    Printer printer;
    (void)replay::recover(path(), printer);
    if (printer.records() < 20) std::abort();  // an empty ring would be a waste of time
  }
  ~RingFileOfTheDead() {
    ::close(fd_);
    std::filesystem::remove_all(folder_);
  }
  std::string path() const { return folder_ + "/run.ring"; }

  // The byte that was there.
  std::uint8_t change(std::uint64_t offset, std::uint8_t byte) const {
    std::uint8_t before = 0;
    if (::pread(fd_, &before, 1, static_cast<off_t>(offset)) != 1) return byte;
    if (::pwrite(fd_, &byte, 1, static_cast<off_t>(offset)) != 1) std::abort();
    return before;
  }

 private:
  std::string folder_;
  int fd_;
};

struct Change {
  std::uint64_t offset;
  std::uint8_t before;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const RingFileOfTheDead file;
  // Where it hurts: the head, the names, the ring.
  constexpr std::uint64_t kParts[] = {0, subscriber::kFileHeadBytes, subscriber::ring_offset(0, 0)};
  std::vector<Change> changes;
  for (std::span rest(data, size); rest.size() >= 4; rest = rest.subspan(4)) {
    const std::uint64_t offset = kParts[rest[0] % 3] + rest[1] + 256u * (rest[2] % 16);
    changes.push_back({offset, file.change(offset, rest[3])});
  }
  Printer printer;
  (void)replay::recover(file.path(), printer);
  for (auto change = changes.rbegin(); change != changes.rend(); ++change) {
    file.change(change->offset, change->before);
  }
  return 0;
}
