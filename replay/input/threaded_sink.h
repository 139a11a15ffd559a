// ThreadedSink: gives records to another sink on a thread of its own, so that a log is read on one
// core while it is folded on another.
//
//   reader ──add──▸ batch ──▸ full_ ──▸ the thread ──pass_on──▸ sink
//                     ▴                    │
//                     └────── free_ ◂──────┘
//
// There are three batches, which go round: one is being filled, one emptied, and one waits for
// whoever is slower. The thread begins with the first batch that is full, so a short log has none.
#pragma once

#include <array>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

#include "replay/input/reader.h"
#include "replay/input/record_batch.h"

namespace ari::replay {

// Used by one thread.
class ThreadedSink final : public RecordSink {
 public:
  // `sink` must outlive this. Until finish() it belongs to the other thread, with all that it uses.
  explicit ThreadedSink(RecordSink& sink);
  ~ThreadedSink() override;
  ThreadedSink(const ThreadedSink&) = delete;
  ThreadedSink& operator=(const ThreadedSink&) = delete;

  // Gets there in order, as RecordBatch::pass_on() says.
  void record(const subscriber::Record& record, const Line& line) override;

  // Returns when all records have reached the sink, and the thread is over.
  void finish();

 private:
  bool has_thread();
  void hand_over();
  void run();

  RecordSink& sink_;
  std::array<RecordBatch, 3> batches_;
  RecordBatch* filling_ = nullptr;

  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<RecordBatch*> full_, free_;  // guarded by mutex_; the earliest first
  bool is_over_ = false;                   // likewise: nothing more will be full
  std::thread thread_;
};

}  // namespace ari::replay
