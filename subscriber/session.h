// Session: one recording, from its first event to its end.
//
// Owns the recorder, and a thread that runs the drain into all sinks. The thread sleeps a
// millisecond between passes while the program is busy and longer the calmer it is; no
// handler of the program's signals ever runs on it.
#pragma once

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "subscriber/clock.h"
#include "subscriber/drain.h"
#include "subscriber/recorder.h"
#include "subscriber/sink.h"

namespace ari::subscriber {

class Session final : private RecordConsumer {
 public:
  // Starts the thread. `program` goes into the log's header.
  Session(std::vector<std::unique_ptr<Sink>> sinks, std::string_view program,
          TickClock clock = TickClock::best(), std::size_t ring_bytes = Lanes::kDefaultRingBytes);
  // Calls stop(). Requires: no thread records any more.
  ~Session();

  // What the runtime is to report to.
  trace::Subscriber& subscriber() noexcept { return recorder_; }

  // Writes out everything that was recorded and the end of every log, and ends the thread.
  // Events that other threads are still recording may be missing. Once is enough.
  void stop();

 private:
  void consume(const Record& record) override;
  void run();

  Lanes lanes_;
  Recorder recorder_;
  AnchorSource anchors_;
  std::vector<std::unique_ptr<Sink>> sinks_;
  Drain drain_;
  std::thread thread_;  // last: it uses all of the above
};

}  // namespace ari::subscriber
