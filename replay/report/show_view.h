// The log itself, or the lines of it that were asked for: `ari-replay show`.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "replay/input/reader.h"
#include "replay/report/show_filter.h"
#include "subscriber/colour.h"
#include "subscriber/jsonl_writer.h"
#include "subscriber/text_writer.h"

namespace re2 {
class RE2;
}

namespace ari::replay {

struct ShowOptions {
  ShowConditions conditions;
  std::vector<std::string> grep;  // RE2 patterns: a line must match one; Requires: valid
  std::size_t context = 0;        // lines before and after each line that was asked for
  bool as_jsonl = false;          // ari JSONL instead of text
  subscriber::ColourDepth colour = subscriber::ColourDepth::kNone;
  bool flush_each_line = false;                               // for someone who is watching
  subscriber::TextTimes times = subscriber::TextTimes::kUtc;  // of text
};

// Prints records as they come in the live stream's form, in constant memory.
class ShowView : public RecordSink {
 public:
  // Takes what is in the text, all or nothing, and empties it.
  using Write = std::function<void(std::string& text)>;

  ShowView(ShowOptions options, Write write);
  ~ShowView() override;

  void record(const subscriber::Record& record, const Line& line) override;

  // Writes what is not written yet.
  void finish();

  // Whether conditions were set and no line met them.
  bool found_nothing() const noexcept { return selective_ && lines_shown_ == 0; }

  // Whether spans or tasks were asked for, and the log has none of them.
  bool knows_none() const noexcept { return filter_.knows_none(); }

 private:
  bool accepts(const subscriber::Record& record, const Line& line);
  bool greps(const subscriber::Record& record);
  void print(const subscriber::Record& record, std::string& out);
  void keep_for_context(const subscriber::Record& record);
  void flush_if_full();

  ShowOptions options_;
  Write write_;
  bool selective_;  // some line may be left out
  ShowFilter filter_;
  std::vector<std::unique_ptr<re2::RE2>> patterns_;
  subscriber::TextWriter text_;
  subscriber::TextWriter plain_;  // what patterns are matched against
  subscriber::JsonlWriter jsonl_;

  std::string out_, scratch_;
  std::deque<std::string> before_;  // the last lines not shown
  std::size_t lines_skipped_ = 0;   // since the last one shown
  std::size_t context_left_ = 0;    // lines still to show after the last match
  std::uint64_t lines_shown_ = 0;   // that were asked for; counted only if selective_
};

}  // namespace ari::replay
