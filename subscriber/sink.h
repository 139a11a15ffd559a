// Sink: one of the logs that a run is written to, as text or as JSONL.
//
// Takes Records from the drain, keeps the lines until enough have come together or the
// drain pauses, and passes them to its output. When the output fails, or there is no memory, the
// sink says so once and is silent from then on; the program and the other sinks go on.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "subscriber/jsonl_writer.h"
#include "subscriber/output.h"
#include "subscriber/parts.h"
#include "subscriber/record.h"
#include "subscriber/run_so_far.h"
#include "subscriber/text_writer.h"

namespace ari::subscriber {

// Told of what went wrong, in one line without its end, such as
// `cannot write "run.jsonl": No space left on device; this log ends here`.
using Complain = std::function<void(std::string_view line)>;

using Writer = std::variant<TextWriter, JsonlWriter>;

// Not thread-safe.
class Sink {
 public:
  // `name` is what complaints call it, as ARI does.
  Sink(std::string name, Writer writer, std::unique_ptr<Output> output, Complain complain);
  // The log goes on in another file whenever one is full. Each JSONL file is a log in itself.
  Sink(std::string name, Writer writer, std::unique_ptr<Parts> parts, Complain complain);

  void write(const Record& record);
  // Nothing more will come of this thread.
  void end_thread(std::uint32_t thread);
  // Passes on the lines that have come together; `now_ns` is CLOCK_MONOTONIC.
  void flush(std::uint64_t now_ns);
  // Makes all lines so far readable from outside and returns how long the output is then;
  // nothing once it has failed.
  std::optional<std::uint64_t> sync();
  // The last call: passes on everything and completes the log.
  void finish();

  // Some of the log is missing for want of memory, so that it ends here.
  void out_of_memory();

 private:
  static constexpr std::size_t kFlushBytes = 64 * 1024;
  // Takes one step, or calls out_of_memory().
  template <typename Step>
  void attempt(Step step);
  void take(const Record& record);
  void pass_on();
  void append(const Record& record) {
    std::visit([&](auto& writer) { writer.write(record, lines_); }, writer_);
  }
  void append_with_thread(Record record);
  void begin_next_part();
  bool is_jsonl() const noexcept { return std::holds_alternative<JsonlWriter>(writer_); }
  void handle(const OutputError& error);

  std::string name_;
  Writer writer_;
  std::unique_ptr<Output> output_;
  bool has_ended_ = false;  // the log is told to its end
  bool is_open_ = true;     // false once the output has failed; it stays open until the end
  Complain complain_;
  std::string last_complaint_;  // of a reader who has stopped; finish() says it
  std::uint64_t missing_ = 0;   // events that came after it had failed
  std::string lines_;
  std::unique_ptr<Parts> parts_;  // null: all in one file
  RunSoFar so_far_;               // of a JSONL log with parts
};

}  // namespace ari::subscriber
