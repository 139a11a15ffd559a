// GeneratedLog: an ari JSONL log of any size, always the same, for benchmarks.
//
// A busy server in miniature: tasks are spawned, polled a few times on some of eight
// threads, park at one of a few places, are woken by each other and end; every other poll
// goes through an async operation on a semaphore. Written by the real writer.
#pragma once

#include <cstdint>
#include <deque>
#include <initializer_list>
#include <string>

#include "subscriber/jsonl_writer.h"

namespace ari::bench {

class GeneratedLog {
 public:
  // Appends the beginning of a log.
  explicit GeneratedLog(std::string& out);

  // Appends what happens next: one poll with all that belongs to it.
  void step(std::string& out);

  // Appends the orderly end.
  void end(std::string& out);

 private:
  struct Task {
    std::uint64_t id;
    std::uint64_t op;  // the span of its async operation
    unsigned polls_left;
  };

  void spawn();
  void poll(const Task& task);
  void poll_op(const Task& task, bool ready);
  void finish(const Task& task);
  void enter(std::uint64_t span, bool destroy = false);
  void exit(std::uint64_t span, unsigned place = 0);
  void close(std::uint64_t span);
  void waker(std::uint64_t in, subscriber::WakerOp op, std::uint64_t task);
  void new_span(std::uint64_t id, std::uint64_t parent, std::string_view name,
                std::string_view target, std::initializer_list<subscriber::Field> fields);
  // A record of this kind, a moment after the last, on the thread that is running.
  subscriber::Record next(subscriber::RecordKind kind);
  void write(const subscriber::Record& record) { writer_.write(record, *out_); }
  unsigned random(unsigned below);

  subscriber::JsonlWriter writer_;
  std::string* out_;
  std::deque<Task> tasks_;  // the runnable ones, next one first
  std::int64_t at_unix_ns_;
  std::uint32_t thread_ = 1;
  std::uint64_t last_id_ = 1;  // 1 is the semaphore
  std::uint64_t random_state_ = 88172645463325252;
};

}  // namespace ari::bench
