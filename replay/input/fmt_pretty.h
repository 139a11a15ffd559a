// fmt Pretty: what `tracing_subscriber::fmt().pretty()` prints, over several lines.
//
//     2026-01-05T10:00:00.988900Z  INFO app: hello 3, a: 1, b: "x"
//       at src/main.rs:30 on tokio-rt-worker ThreadId(3)
//       in app::req with id: 7, who: "bob"
//       in tokio::task::runtime.spawn with kind: task, task.name: , task.id: 18
//     ⏎ a blank line
//
// The innermost span comes first, each with its target. With an event_format() alone the
// fields of spans are those of the other texts: `with id=7 who="bob"`. A span's text is its line
// and those that follow it, joined by line ends. What a block tells happens at its first line, and
// is handed on when the blank line behind it is seen.
#pragma once

#include <string>
#include <string_view>

#include "replay/input/fault.h"
#include "replay/input/fmt_records.h"
#include "replay/input/fmt_stamp.h"
#include "replay/input/fmt_targets.h"
#include "replay/input/reader.h"

namespace ari::replay {

class FmtPrettyReader : public Reader, private FmtSyntax {
 public:
  LineUse read(const Line& line, RecordSink& sink, Coverage& coverage) override;
  void pause(bool at_end, RecordSink& sink, Coverage& coverage) override;

  // Whether a line, without its colours, is surely one of this format's.
  static bool recognises(std::string_view line);

 private:
  bool begin_block(std::string_view text, Fault& fault);
  bool continue_block(std::string_view text);
  void read_thread(std::string_view text);
  void hand_on(RecordSink& sink, Coverage& coverage);
  void describe(std::string_view span, std::uint32_t thread, FmtSpans& spans,
                FmtSpanText& says) override;

  FmtRecords records_{*this, true};
  FmtStampReader stamps_;
  FmtTargets targets_;
  std::string plain_;  // the line without its colours

  // The block that is being read.
  bool in_block_ = false;
  FmtLine fmt_;
  std::uint64_t line_number_ = 0;  // of its first line
  std::string target_;
  std::string body_;
  std::string spans_;
  std::string thread_name_;
  LineText room_;
  Fields fields_;
};

}  // namespace ari::replay
