// fmt Compact: what `tracing_subscriber::fmt().compact()` prints.
//
//   2026-01-05T10:00:00.835983Z TRACE runtime.spawn:step: app: hello n=3 kind=task task.id=18 i=0
//   ^stamp                      ^level ^names, root first ^target ^body   ^fields of the spans
//
// The fields of all spans are at the end, root's first, with nothing between one span's
// and the next one's or the event's own. They are taken apart by what is known: those of
// the spans around are the ones they began with. A span's text is the names up to it, a
// line end, and the fields up to its own: `runtime.spawn:step:` LF `kind=task task.id=18 i=0`.
#pragma once

#include <string>
#include <string_view>

#include "replay/input/fault.h"
#include "replay/input/fmt_head.h"
#include "replay/input/fmt_records.h"
#include "replay/input/fmt_targets.h"
#include "replay/input/reader.h"

namespace ari::replay {

class FmtCompactReader : public Reader, private FmtSyntax {
 public:
  LineUse read(const Line& line, RecordSink& sink, Coverage& coverage) override;

  // Whether a line, without its colours, is surely one of this format's: in one of Tokio's spans,
  // whose fields do not follow its name.
  static bool recognises(std::string_view line);

 private:
  bool parse(std::string_view line, FmtHead& head, FmtLine& fmt, Fault& fault);
  std::string_view take_names(std::string_view& rest, std::uint32_t thread);
  std::size_t single_name(std::string_view rest, std::uint32_t thread);
  bool parse_word(std::string_view names, std::string_view body, FmtLine& fmt);
  void parse_event(std::string_view names, std::string_view body, FmtLine& fmt);
  FmtSlot span_of_event(std::string_view names, std::string_view body, std::uint32_t thread);
  void describe(std::string_view span, std::uint32_t thread, FmtSpans& spans,
                FmtSpanText& says) override;

  FmtRecords records_{*this, true};
  FmtHeadReader heads_;
  FmtTargets targets_;
  std::string plain_;  // the line without its colours
  std::string text_;   // of the line's span
  LineText room_;
  Fields fields_;
};

}  // namespace ari::replay
