// Session: one recording, from its first event to its end.
//
// Owns the recorder, and a thread that runs the drain into all sinks. The thread sleeps a
// millisecond between passes while the program is busy and longer the calmer it is. No
// handler of the program's signals ever runs on it, unless it is the last thread: then it
// ends the process, as any other would have by returning.
#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "subscriber/clock.h"
#include "subscriber/drain.h"
#include "subscriber/recorder.h"
#include "subscriber/sink.h"

namespace ari::subscriber {

// The rings in a file, and which of the sinks is the log that it completes.
struct CrashSafety {
  std::unique_ptr<RingFile> file;  // null: no such file
  std::size_t log = 0;             // index of the sink
};

class Session final : private RecordConsumer {
 public:
  // Starts the thread. `program` and `header` go into the log's header. Requires: rings of
  // `crash_safety` are `ring_bytes` long.
  Session(std::vector<std::unique_ptr<Sink>> sinks, std::string_view program,
          TickClock clock = TickClock::best(), std::size_t ring_bytes = Lanes::kDefaultRingBytes,
          CrashSafety crash_safety = {}, std::span<const Field> header = {},
          bool blocks_when_full = false);
  // Calls stop(). Requires: no thread records any more.
  ~Session();

  // What the runtime is to report to.
  trace::Subscriber& subscriber() noexcept { return recorder_; }

  // Writes out everything that was recorded and the end of every log, and ends the thread, unless
  // that is the caller.
  // Events that other threads are still recording may be missing. Once is enough.
  void stop();

  // Whether any span or event came. After stop().
  bool has_recorded() const noexcept { return has_recorded_; }

  // Async-signal-safe: has everything that was recorded written out, as far as that is done
  // within `most`. For a program that is about to die.
  void flush_within(std::chrono::milliseconds most) noexcept;

 private:
  void consume(const Record& record) override;
  void end_thread(std::uint32_t thread) override;
  void run();
  void end();
  void end_process_if_last();
  void checkpoint();
  void look_for_ring_file();
  void abandon();
  void flush_if_asked();

  CrashSafety crash_safety_;
  std::uint64_t log_bytes_ = 0;  // of that log, at the last checkpoint
  std::uint64_t looked_ns_ = 0;  // when the file was last looked for, CLOCK_MONOTONIC
  bool is_abandoned_ = false;    // the log that it completes could not be written any more
  Lanes lanes_;
  Recorder recorder_;
  AnchorSource anchors_;
  std::vector<std::unique_ptr<Sink>> sinks_;
  bool has_recorded_ = false;  // the drain's, which is told the log's beginning as it is made
  Drain drain_;
  std::atomic<std::uint32_t> flushes_asked_{0};
  std::atomic<std::uint32_t> flushes_done_{0};
  std::uint64_t last_thread_ns_ = 0;    // when was last looked for it, CLOCK_MONOTONIC
  std::atomic<bool> has_ended_{false};  // the drain's thread has written the end
  std::thread thread_;                  // last: it uses all of the above
};

}  // namespace ari::subscriber
