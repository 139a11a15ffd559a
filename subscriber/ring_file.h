// RingFile: the rings of a program in a file, so that a crash loses nothing.
//
// ARI=jsonl:run.jsonl,ring:run.ring. The rings are mapped from the file, hence whatever a
// thread has recorded is in the system's hands at once and stays there when the program is
// killed. The drain gives a ring's bytes back only once what they say is in the log, and
// says so in a checkpoint; `ari-replay recover` takes the log up to the checkpoint and goes
// on with what the rings hold from there: every event once, none lost.
//
//   0           1 page           …            …                        …
//   │ FileHead  │ names: 1 MiB   │ RingHead, ring │ RingHead, ring │   one a thread
//
// A name book that is full goes on in the place of another ring. The file is as long as there were
// threads at once, and names. It is gone after an orderly end; one that a dead program left is kept
// from the next (leftover_ring.h).
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "subscriber/name_book.h"
#include "subscriber/own_descriptor.h"
#include "subscriber/ring_memory.h"
#include "subscriber/time_line.h"

namespace ari::subscriber {

inline constexpr std::array<char, 8> kRingFileMagic = {'a', 'r', 'i', '-', 'r', 'i', 'n', 'g'};
// Grows with what an older reader would not understand. 2: chunks of kind kLostCloses. 3: names in
// the place of a ring.
inline constexpr std::uint32_t kRingFileVersion = 3;
inline constexpr std::uint32_t kOldestRingFileVersion = 1;  // that is still read
inline constexpr std::size_t kNameBookBytes = std::size_t{1} << 20;
// In place of a ring's thread: what lies there is names, as many bytes of them as were `written`.
inline constexpr std::uint32_t kThreadOfNames = UINT32_MAX;
// Of each ring, if nobody says how much: the disk has to have all of it.
inline constexpr std::size_t kDefaultFileRingBytes = std::size_t{1} << 20;
inline constexpr std::size_t kAnchorsKept = 16;  // as many as TimeLine keeps

// How far the log had come at some moment.
struct Checkpoint {
  std::uint64_t log_bytes = 0;          // of the log's file
  std::uint64_t lost_without_ring = 0;  // events of threads that got no ring, as the log tells
  std::uint32_t anchors = 0;
  std::uint32_t padding = 0;
  Anchor anchor[kAnchorsKept] = {};
};

// The file's first page. These offsets never change; a reader refuses versions that it does not
// know.
struct FileHead {
  std::array<char, 8> magic = kRingFileMagic;
  std::uint32_t version = kRingFileVersion;
  std::uint32_t process_id = 0;
  std::uint64_t ring_bytes = 0;  // of each ring
  std::atomic<std::uint64_t> names_used{0};
  std::atomic<std::uint32_t> rings{0};         // those of names too
  std::atomic<std::uint32_t> in_force{0};      // which of the two checkpoints holds
  std::atomic<std::uint32_t> is_abandoned{0};  // the log could not be written any more
  std::uint32_t padding = 0;
  Checkpoint checkpoint[2];
  char clock[16] = {};
  char program[64] = {};
  char log_path[2048] = {};  // absolute
  // Of the log's header, as process ids are used again; 0: not told, by older programs.
  std::int64_t start_unix_ns = 0;
};
inline constexpr std::size_t kFileHeadBytes = 4096;
static_assert(sizeof(FileHead) <= kFileHeadBytes);

// What begins where, for rings of so many bytes.
constexpr std::uint64_t ring_offset(std::uint64_t ring, std::uint64_t ring_bytes) noexcept {
  return kFileHeadBytes + kNameBookBytes + ring * (kRingHeadBytes + ring_bytes);
}

class RingFile {
 public:
  struct Setup {
    std::string path;
    std::string log_path;  // of the JSONL log that it completes
    std::string_view program;
    std::string_view clock;
    std::size_t ring_bytes;  // a power of two, at least one page
    // Told of the first ring, and the first name, that there is no room for, on the thread that
    // recorded, and of a file that somebody deleted, on the drain's; may be null.
    std::function<void(std::string_view line)> complain = nullptr;
    std::string name = {};  // what complaints call the file; empty: its path
  };
  // The name that a file at `path` is made under; what is there is deleted.
  static std::string unpublished(const std::string& path);
  // Makes the file, with mode 0600, under that name: publish() gives it its own. Null,
  // and the reason in `error`, if it cannot be made.
  static std::unique_ptr<RingFile> create(const Setup& setup, std::string& error);
  ~RingFile();
  RingFile(const RingFile&) = delete;
  RingFile& operator=(const RingFile&) = delete;

  // After the first checkpoint: gives the file its name, so that whoever finds it finds it
  // complete. A file that has the name is replaced; a symbolic link is not followed. False
  // if it cannot be.
  [[nodiscard]] bool publish() noexcept;

  // Pages for the ring of a thread; empty if the disk is full. Any thread.
  RingMemory take_ring(std::uint32_t thread, std::string_view thread_name) noexcept;
  // The ring is empty and its thread gone: others may have it. Any thread.
  void give_back(RingHead& head) noexcept;

  NameBook& names() noexcept { return names_; }

  // For the drain's thread. Begins a checkpoint: what rings are to note in `read` and
  // `told` goes to this index. commit() puts it in force.
  std::uint32_t next_checkpoint() const noexcept {
    return 1 - head_.in_force.load(std::memory_order_relaxed);
  }
  void commit(std::uint64_t log_bytes, std::uint64_t lost_without_ring,
              const std::vector<Anchor>& last_anchors) noexcept;

  // The log will not grow any more although events come: what is in the rings is no
  // continuation of it.
  void abandon() noexcept { head_.is_abandoned.store(1, std::memory_order_release); }

  // Says so, once, if somebody has deleted the file: nobody will ever recover from it.
  void look_for_it() noexcept;
  // The end, in good order: the file is deleted. Not one that has taken its name.
  void remove() noexcept;

  const OwnDescriptor& descriptor() const noexcept { return file_; }

 private:
  RingFile(int fd, std::byte* mapped, const Setup& setup);
  int make_room_for(std::uint32_t ring, std::uint64_t bytes) noexcept;
  NamePages more_names(std::size_t least) noexcept;
  void complain_of(int error) noexcept;
  void complain(std::string_view before, std::string_view reason, std::string_view what) noexcept;

  OwnDescriptor file_;
  const std::string path_, name_;
  const std::string unpublished_path_;
  bool is_published_ = false;
  std::byte* const mapped_;  // the head and the names
  FileHead& head_;
  NameBook names_;
  std::mutex mutex_;                        // guards the free rings and the file's growth
  std::vector<RingMemory> names_in_rings_;  // that the book has gone on in
  std::vector<std::uint32_t> free_;         // numbers of rings that nobody has
  std::function<void(std::string_view line)> complain_;
  bool was_no_room_ = false;            // guarded by mutex_; it was said
  bool was_no_room_for_names_ = false;  // as that
  bool was_deleted_ = false;            // the drain's; it was said
};

}  // namespace ari::subscriber
