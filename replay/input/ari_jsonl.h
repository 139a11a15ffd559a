// ari JSONL: the log that ARI=jsonl:FILE writes. subscriber/FORMAT.md is its contract.
//
//   {"at":"2026-11-23T12:34:01.927131000Z","k":"enter","th":1,"id":5}
//
// Read in two ways that come to the same: lines as our own writer writes them, keys in
// its order and no blanks, are matched piece by piece (jsonl_plain.h); anything else, be
// it another order, blanks, unknown keys or an error, is read key by key (jsonl_entry.h).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "replay/input/jsonl_entry.h"
#include "replay/input/jsonl_locations.h"
#include "replay/input/jsonl_plain.h"
#include "replay/input/line_text.h"
#include "replay/input/reader.h"
#include "replay/input/timestamp.h"

namespace ari::replay {

class AriJsonlReader : public Reader {
 public:
  LineUse read(const Line& line, RecordSink& sink, Coverage& coverage) override;
  ReadLines read_simple(std::string_view text, std::uint64_t number, RecordSink& sink,
                        Coverage& coverage) override;
  void expect_part_behind_gap() override { behind_gap_ = true; }
  void pause(bool at_end, RecordSink& sink, Coverage& coverage) override;

  // Whether a line is one of this format's, in any key order.
  static bool recognises(std::string_view line);
  // What every log tells. Those of ari's runtime begin with a "log" line that tells their
  // clock, and tell destroys and outcomes; one that was converted from another format does not.
  static constexpr Facts kFacts{
      .threads = true, .locations = true, .targets = true, .resources = true, .nanoseconds = true};

 private:
  LineUse read_any(const Line& line, RecordSink& sink, Coverage& coverage);
  void deliver(const Line& line, RecordSink& sink, Coverage& coverage);
  void tell_destroys(Coverage& coverage);
  bool begin_log(const Line& line, RecordSink& sink, Coverage& coverage);
  void end_log(const Line& line, RecordSink& sink, Coverage& coverage);
  bool is_same_process() const;
  void go_on(bool skips_retold);
  void pass_on(const subscriber::Record& record, const Line& line, RecordSink& sink,
               Coverage& coverage);
  void pass_on_at_cut(const subscriber::Record& record, const Line& line, RecordSink& sink,
                      Coverage& coverage);
  void release_end(RecordSink& sink, Coverage& coverage);

  TimestampReader timestamps_;
  LineText room_;
  JsonlEntry entry_;
  JsonlLocations locations_;
  PlainJsonl plain_{locations_};

  // Logs may be concatenated: each begins with a "log" line and ends with an "end" line.
  struct Counts {
    std::uint64_t events = 0, events_lost = 0, lines_skipped = 0;
  };
  Counts before_;                // those of Coverage when this log began
  bool begun_ = false;           // something of this log was read
  bool tells_destroys_ = false;  // an enter without `destroy` is a poll
  bool all_ended_ = true;        // the logs before this one had their "end"

  // A log that is cut by size goes on in a log whose header says so. Read one after the
  // other they are one log again: neither the end and the header in between are passed on
  // nor what the later part tells again of the earlier. So an end waits for what follows. Where the
  // earlier part is missing, that is passed on as Record::retold, and counts as no event.
  struct HeldEnd {
    std::int64_t at_unix_ns;
    std::uint64_t lost;
    std::uint64_t line_number;
  };
  std::optional<HeldEnd> held_end_;
  bool at_cut_ = false;            // held_end_ is set, or retold_left_ is not 0
  std::uint64_t retold_left_ = 0;  // events still to come that the part before has, too
  bool skips_retold_ = false;      // since they were read
  bool behind_gap_ = false;        // see expect_part_behind_gap()
  std::uint64_t retold_ = 0;       // of this part
  std::uint64_t lost_before_ = 0;  // in the parts before this one
  std::uint64_t conversions_ = 0;  // how many tell what they were made of
  std::uint64_t part_ = 0, pid_ = 0;
  std::string program_;
};

}  // namespace ari::replay
