#include "subscriber/ring_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <new>
#include <utility>

#include "subscriber/escape.h"
#include "subscriber/fork_mark.h"
#include "subscriber/write_signals_held.h"

namespace ari::subscriber {

namespace {

constexpr std::size_t kFrontBytes = kFileHeadBytes + kNameBookBytes;

template <std::size_t N>
void copy_text(char (&to)[N], std::string_view text) noexcept {
  const std::size_t length = std::min(text.size(), N - 1);
  std::memcpy(to, text.data(), length);
  to[length] = '\0';
}

// As posix_fallocate(), which some file systems leave at any signal. Returns the error or 0: EFBIG,
// and no signal, if the process may not have files as long. On a file system that cannot allocate
// it writes to each block that is empty so far: of what threads are recording to, it must not be
// asked again.
int allocate(int fd, std::uint64_t from, std::uint64_t bytes) noexcept {
  const WriteSignalsHeld held;
  int error;
  do {
    error = posix_fallocate(fd, static_cast<off_t>(from), static_cast<off_t>(bytes));
  } while (error == EINTR);
  return error;
}

const char* reason_of(int error) noexcept {
  return error == EBADF ? "the program has closed its descriptor" : std::strerror(error);
}

}  // namespace

std::string RingFile::unpublished(const std::string& path) { return path + ".new"; }

std::unique_ptr<RingFile> RingFile::create(const Setup& setup, std::string& error) {
  if (!ForkMark::is_possible()) {  // a child that records would not know that it has no rings
    return error = "the system is too old to keep it from forked children", nullptr;
  }
  // In a directory that others may write to, O_EXCL keeps us from being led away.
  const std::string path = unpublished(setup.path);
  unlink(path.c_str());
  const int fd = open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOCTTY, 0600);
  if (fd < 0) return error = std::strerror(errno), nullptr;
  // For as long as the program lives, so that nobody takes its rings for a dead one's.
  flock(fd, LOCK_EX | LOCK_NB);
  // Allocated for good: a store to a page that the disk has no room for would be a SIGBUS.
  if (const int failure = allocate(fd, 0, kFrontBytes); failure != 0) {
    error = std::strerror(failure);
  } else if (void* const mapped =
                 mmap(nullptr, kFrontBytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
             mapped != MAP_FAILED) {
    keep_from_children(mapped, kFrontBytes);
    return std::unique_ptr<RingFile>(new RingFile(fd, static_cast<std::byte*>(mapped), setup));
  } else {
    error = std::strerror(errno);
  }
  close(fd);
  unlink(path.c_str());
  return nullptr;
}

RingFile::RingFile(int fd, std::byte* mapped, const Setup& setup)
    : file_(OwnDescriptor::high(fd)),
      path_(setup.path),
      name_(setup.name.empty() ? setup.path : setup.name),
      unpublished_path_(unpublished(setup.path)),
      mapped_(mapped),
      head_(*new(mapped) FileHead),
      names_({mapped + kFileHeadBytes, kNameBookBytes, &head_.names_used},
             [this](std::size_t least) { return more_names(least); }),
      complain_(setup.complain) {
  head_.process_id = static_cast<std::uint32_t>(getpid());
  head_.ring_bytes = setup.ring_bytes;
  copy_text(head_.clock, setup.clock);
  copy_text(head_.program, setup.program);
  copy_text(head_.log_path, setup.log_path);
}

RingFile::~RingFile() {
  munmap(mapped_, kFrontBytes);
  file_.close();
}

// Room for the head and so many bytes at the file's end, which is where the ring's would be.
// Returns the error or 0.
int RingFile::make_room_for(std::uint32_t ring, std::uint64_t bytes) noexcept {
  if (!file_.is_ours()) return EBADF;
  const std::uint64_t from = ring_offset(ring, head_.ring_bytes);
  const std::uint64_t end = ring_offset(ring + 1, head_.ring_bytes);
  if (const int error = allocate(file_.number(), from, kRingHeadBytes + bytes); error != 0) {
    return error;
  }
  if (bytes == head_.ring_bytes) return 0;
  const WriteSignalsHeld held;
  return ftruncate(file_.number(), static_cast<off_t>(end)) == 0 ? 0 : errno;
}

void RingFile::complain_of(int error) noexcept {
  if (std::exchange(was_no_room_, true)) return;
  complain("cannot make a thread's ring in ", reason_of(error), "its last events");
}

// BEFORE "PATH": REASON; a crash may lose WHAT
void RingFile::complain(std::string_view before, std::string_view reason,
                        std::string_view what) noexcept try {
  if (complain_ == nullptr) return;
  std::string line(before);
  append_quoted(line, name_);
  complain_(line.append(": ").append(reason).append("; a crash may lose ").append(what));
} catch (const std::bad_alloc&) {
  // Without a word, then.
}

RingMemory RingFile::take_ring(std::uint32_t thread, std::string_view thread_name) noexcept {
  const std::lock_guard lock(mutex_);
  const bool is_new = free_.empty();
  const std::uint32_t rings = head_.rings.load(std::memory_order_relaxed);
  const std::uint32_t number = is_new ? rings : free_.back();
  const int error = is_new ? make_room_for(number, head_.ring_bytes) : file_.is_ours() ? 0 : EBADF;
  if (error != 0) return complain_of(error), RingMemory();
  RingMemory memory = RingMemory::of_file(file_.number(), ring_offset(number, head_.ring_bytes),
                                          head_.ring_bytes, true);
  if (!memory) return {};
  RingHead& head = *new (&memory.head()) RingHead;
  copy_text(head.thread_name, thread_name);
  head.number = number;
  head.thread = thread;
  if (is_new) {
    // release: whoever reads the file after a crash and counts this ring finds its head.
    head_.rings.store(rings + 1, std::memory_order_release);
  } else {
    free_.pop_back();
  }
  return memory;
}

// Those of the front are full. A large ring's place is not needed for them as a whole.
NamePages RingFile::more_names(std::size_t least) noexcept try {
  const std::lock_guard lock(mutex_);
  const std::uint64_t bytes = std::min<std::uint64_t>(head_.ring_bytes, kNameBookBytes);
  if (was_no_room_for_names_ || least > bytes) return {};
  const std::uint32_t number = head_.rings.load(std::memory_order_relaxed);
  names_in_rings_.reserve(names_in_rings_.size() + 1);
  int error = make_room_for(number, bytes);
  RingMemory memory;
  if (error == 0) {
    memory =
        RingMemory::of_file(file_.number(), ring_offset(number, head_.ring_bytes), bytes, true);
    if (!memory) error = errno;
  }
  if (error != 0) {
    was_no_room_for_names_ = true;
    complain("cannot note a callsite in ", reason_of(error), "its name and those of later ones");
    return {};
  }
  RingHead& head = *new (&memory.head()) RingHead;
  head.number = number;
  head.thread = kThreadOfNames;
  head_.rings.store(number + 1, std::memory_order_release);  // as in take_ring()
  const NamePages pages{memory.data(), bytes, &head.written};
  names_in_rings_.push_back(std::move(memory));
  return pages;
} catch (const std::bad_alloc&) {
  return {};
}

void RingFile::give_back(RingHead& head) noexcept try {
  const std::lock_guard lock(mutex_);
  head.thread = 0;
  free_.push_back(head.number);
} catch (const std::bad_alloc&) {
  // The ring stays unused.
}

void RingFile::commit(std::uint64_t log_bytes, std::uint64_t lost_without_ring,
                      const std::vector<Anchor>& last_anchors) noexcept {
  const std::uint32_t next = next_checkpoint();
  Checkpoint& checkpoint = head_.checkpoint[next];
  checkpoint.log_bytes = log_bytes;
  checkpoint.lost_without_ring = lost_without_ring;
  checkpoint.anchors = static_cast<std::uint32_t>(std::min(last_anchors.size(), kAnchorsKept));
  std::copy(last_anchors.end() - checkpoint.anchors, last_anchors.end(), checkpoint.anchor);
  if (head_.start_unix_ns == 0) head_.start_unix_ns = last_anchors.front().unix_ns;  // the first
  // release: the checkpoint is whole before it holds. The rings give bytes back only after
  // this, so what the one before would need is not overwritten earlier.
  head_.in_force.store(next, std::memory_order_release);
}

bool RingFile::publish() noexcept {
  is_published_ = rename(unpublished_path_.c_str(), path_.c_str()) == 0;
  return is_published_;
}

void RingFile::look_for_it() noexcept {
  struct stat status;
  if (was_deleted_ || !file_.is_ours()) return;
  if (fstat(file_.number(), &status) != 0 || status.st_nlink != 0) return;
  was_deleted_ = true;
  complain("cannot keep ", "it was deleted", "the last events");
}

void RingFile::remove() noexcept {
  const std::string& path = is_published_ ? path_ : unpublished_path_;
  if (file_.is_same_as_at(path)) unlink(path.c_str());
}

}  // namespace ari::subscriber
