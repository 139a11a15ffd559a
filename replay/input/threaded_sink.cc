#include "replay/input/threaded_sink.h"

#include <system_error>

namespace ari::replay {

ThreadedSink::ThreadedSink(RecordSink& sink) : sink_(sink) {
  for (RecordBatch& batch : batches_) free_.push_back(&batch);
  filling_ = free_.back();
  free_.pop_back();
}

ThreadedSink::~ThreadedSink() { finish(); }

void ThreadedSink::record(const subscriber::Record& record, const Line& line) {
  if (filling_->add(record, line)) hand_over();
}

// Where no thread can be had, this one does it all.
bool ThreadedSink::has_thread() {
  try {
    if (!thread_.joinable()) thread_ = std::thread([this] { run(); });
  } catch (const std::system_error&) {
    return false;
  }
  return true;
}

// The two threads never wait both: then all batches would be neither full nor free.
void ThreadedSink::hand_over() {
  if (!has_thread()) return filling_->pass_on(sink_);
  std::unique_lock lock(mutex_);
  full_.push_back(filling_);
  changed_.notify_one();
  changed_.wait(lock, [this] { return !free_.empty(); });
  filling_ = free_.back();
  free_.pop_back();
}

void ThreadedSink::finish() {
  if (thread_.joinable()) {
    {
      const std::lock_guard lock(mutex_);
      is_over_ = true;
    }
    changed_.notify_one();
    thread_.join();
  }
  filling_->pass_on(sink_);
}

void ThreadedSink::run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return !full_.empty() || is_over_; });
    if (full_.empty()) return;
    RecordBatch* const batch = full_.front();
    full_.erase(full_.begin());
    lock.unlock();
    batch->pass_on(sink_);
    lock.lock();
    free_.push_back(batch);
    changed_.notify_one();
  }
}

}  // namespace ari::replay
