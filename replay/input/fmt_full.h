// fmt Full: what `tracing_subscriber::fmt()` prints by default.
//
//   2026-01-05T10:00:00.480038Z TRACE ThreadId(02) runtime.spawn{kind=task …}: tokio::task: new
//   ^stamp                      ^level             ^scope, root first         ^target       ^body
//
// With or without colour, thread ids and names, targets, files and lines. A span's text is
// the scope up to it: `a{x=1}:b:`. Field values are printed raw, so a scope that is seen
// for the first time is cut where that is likely; from then on it is recognised by
// comparing.
#pragma once

#include <string>
#include <string_view>

#include "replay/input/fault.h"
#include "replay/input/fmt_head.h"
#include "replay/input/fmt_records.h"
#include "replay/input/fmt_targets.h"
#include "replay/input/reader.h"

namespace ari::replay {

class FmtFullReader : public Reader, private FmtSyntax {
 public:
  LineUse read(const Line& line, RecordSink& sink, Coverage& coverage) override;

  // Whether a line, without its colours, is surely one of this format's: a span with fields, but no
  // id.
  static bool recognises(std::string_view line);

 private:
  bool parse(std::string_view line, FmtHead& head, FmtLine& fmt, Fault& fault);
  bool parse_word(std::string_view rest, FmtLine& fmt);
  bool parse_event(std::string_view rest, FmtLine& fmt);
  bool is_scope(std::string_view rest, std::string_view scope, std::uint32_t thread);
  std::size_t scope_length(std::string_view rest, std::uint32_t thread);
  void describe(std::string_view span, std::uint32_t thread, FmtSpans& spans,
                FmtSpanText& says) override;

  FmtRecords records_{*this, true};
  FmtHeadReader heads_;
  FmtTargets targets_;
  std::string plain_;  // the line without its colours
  LineText room_;
  Fields fields_;
};

}  // namespace ari::replay
