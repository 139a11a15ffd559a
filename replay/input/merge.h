// Merge: the records of several logs, each in an order of its own, by time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include "replay/input/reader.h"
#include "replay/input/record_copy.h"

namespace ari::replay {

class Merge {
 public:
  // The records of log i go to `sinks[i]`, which outlive this.
  explicit Merge(const std::vector<RecordSink*>& sinks);

  // Reads a line, or a bit, of a log into a sink; false if there is nothing to read.
  using ReadSome = std::function<bool(std::size_t log, RecordSink& sink)>;

  // Reads all that there is. A log of which there is nothing more keeps none of the others
  // waiting, so of logs that grow what is written between two calls is in order.
  void read(const ReadSome& read_some);

 private:
  // Hands records on up to an instant, and keeps what comes from then on.
  class Gate final : public RecordSink {
   public:
    explicit Gate(RecordSink& to) : to_(to) {}

    void record(const subscriber::Record& record, const Line& line) override;

    bool is_closed() const noexcept { return !kept_.empty(); }
    std::int64_t head_unix_ns() const noexcept { return kept_.front().record().at_unix_ns; }
    void open(std::int64_t until_unix_ns);

   private:
    RecordSink& to_;
    std::int64_t until_unix_ns_ = INT64_MIN;
    std::vector<RecordCopy> kept_;  // what one line came to
  };

  std::vector<Gate> gates_;
};

}  // namespace ari::replay
