#include "replay/input/fmt_pretty.h"

#include <fmt/format.h>

#include <algorithm>

#include "replay/input/fmt_body.h"
#include "replay/input/fmt_head.h"
#include "replay/input/fmt_scope.h"
#include "replay/input/fmt_text_line.h"
#include "replay/input/other_line.h"
#include "replay/input/problems.h"

namespace ari::replay {

namespace {

constexpr std::string_view kBlock = "  ";
constexpr std::string_view kAt = "    at ";
constexpr std::string_view kOn = "    on ";
constexpr std::string_view kIn = "    in ";

}  // namespace

bool FmtPrettyReader::recognises(std::string_view line) {
  if (line.starts_with(kIn)) return line.find(" with ") != std::string_view::npos;
  if (!line.starts_with(kBlock)) return false;
  FmtStampReader stamps;
  std::int64_t at = 0;
  return stamps.read(line.substr(kBlock.size()), at) > 0;
}

LineUse FmtPrettyReader::read(const Line& line, RecordSink& sink, Coverage& coverage) {
  const FmtTextLine text(line, plain_);
  if (!line.ended && !in_block_ && is_other_text(line, text.plain())) return LineUse::kOther;
  if (!text.is_whole(coverage)) {
    in_block_ = false;
    return LineUse::kSkipped;
  }
  if (in_block_ && continue_block(text.plain())) return LineUse::kUsed;
  std::int64_t at = 0;
  const bool is_ours =
      text.plain().starts_with(kBlock) && stamps_.read(text.plain().substr(kBlock.size()), at) > 0;
  if (is_ours) hand_on(sink, coverage);
  Fault fault;
  if (begin_block(text.plain(), fault)) {
    line_number_ = line.number;
    return LineUse::kUsed;
  }
  // A block is written at once: what stands in it is its own.
  return text.skip(fault, is_ours, coverage, false, in_block_);
}

void FmtPrettyReader::pause(bool at_end, RecordSink& sink, Coverage& coverage) {
  if (!at_end) return hand_on(sink, coverage);
  if (!in_block_) return;
  // Of its spans some may be missing; then it would seem to be about another one.
  in_block_ = false;
  coverage.torn = true;
  note_problem(coverage, Severity::kDataLoss, Line{line_number_, {}, true},
               "expected a blank line behind what begins here, found the end of the input: it is "
               "left out");
}

bool FmtPrettyReader::continue_block(std::string_view text) {
  if (text.starts_with(kIn)) {
    if (!spans_.empty()) spans_ += '\n';
    spans_ += text.substr(kIn.size());
    return true;
  }
  if (!text.starts_with(kAt) && !text.starts_with(kOn)) return false;
  read_thread(text);
  return true;
}

// `    at src/main.rs:30 on tokio-rt-worker ThreadId(3)`, of which any part may be missing.
void FmtPrettyReader::read_thread(std::string_view text) {
  constexpr std::string_view kBehindPlace = " on ";
  const std::size_t on = text.rfind(kBehindPlace);
  if (on == std::string_view::npos) return;
  std::string_view thread = text.substr(on + kBehindPlace.size());
  const std::size_t id = thread.rfind("ThreadId(");
  if (id != std::string_view::npos) {
    FmtHeadReader::read_thread_id(thread.substr(id), fmt_.thread);
    thread = thread.substr(0, id > 0 ? id - 1 : 0);
  }
  thread_name_ = thread;
}

bool FmtPrettyReader::begin_block(std::string_view text, Fault& fault) {
  std::size_t at = kBlock.size();
  const auto expected = [&](std::string_view what) {
    at = std::min(at, text.size());
    fault = {at, fmt::format("expected {}, found {}", what, found_at(text, at))};
    return false;
  };
  FmtLine fmt;
  const bool is_block = text.starts_with(kBlock);
  const std::size_t stamp = is_block ? stamps_.read(text.substr(kBlock.size()), fmt.at_unix_ns) : 0;
  if (stamp == 0) {
    at = 0;
    return expected("two blanks and a timestamp such as 2026-11-23T12:34:01.927131Z");
  }
  fmt.clock = stamps_.clock();
  fmt.step_ns = stamps_.step_ns();
  at += stamp;
  const auto level = read_fmt_level(text.substr(std::min(at, text.size())));
  if (!level) return expected("a blank and a level (TRACE, DEBUG, INFO, WARN, ERROR)");
  fmt.level = *level;
  std::string_view body = text.substr(at + kFmtLevelColumns);
  // Without a target there is a blank where it would be.
  if (body.starts_with(' ')) {
    body.remove_prefix(1);
    targets_.learn(false);
  }
  target_ = targets_.take(body);
  body_ = body;
  fmt_ = fmt;
  spans_.clear();
  thread_name_.clear();
  in_block_ = true;
  return true;
}

void FmtPrettyReader::hand_on(RecordSink& sink, Coverage& coverage) {
  if (!in_block_) return;
  in_block_ = false;
  fmt_.target = target_;
  fmt_.span = spans_;
  fmt_.thread_name = thread_name_;
  std::size_t length = 0;
  const FmtWord word = fmt_word_at_front(body_, kPrettyList, length);
  if (word != FmtWord::kEvent && length == body_.size() && !spans_.empty()) {
    fmt_.word = word;
    if (word == FmtWord::kClose) fmt_.times = fmt_close_times(body_, kPrettyList);
  } else {
    fields_.clear();
    room_.start(body_.size());
    read_fmt_event_fields(body_, kPrettyList, room_, fields_);
    fmt_.fields = fields_;
  }
  records_.deliver(fmt_, Line{line_number_, {}, true}, sink, coverage);
}

// `app::req with id: 7, who: "bob"`: target, name, fields; or `with id=7 who="bob"`.
void FmtPrettyReader::describe(std::string_view text, std::uint32_t /*thread*/, FmtSpans& /*spans*/,
                               FmtSpanText& says) {
  constexpr std::string_view kWith = " with ";
  const std::size_t lf = text.find('\n');
  says.parent_told = true;
  if (lf != std::string_view::npos) says.parent = text.substr(lf + 1);
  const std::string_view own = text.substr(0, lf);
  const std::size_t with = own.find(kWith);
  const std::string_view path = own.substr(0, with);
  const std::size_t colons = path.rfind("::");
  says.name = path;
  if (colons != std::string_view::npos) {
    says.target = path.substr(0, colons);
    says.name = path.substr(colons + 2);
  }
  if (with == std::string_view::npos) return;
  const std::string_view fields = own.substr(with + kWith.size());
  says.room.start(fields.size());
  const bool is_pretty = begins_with_field(fields, kPrettyList);
  read_span_fields(fields, is_pretty ? kPrettyList : kFmtList, says.room, says.fields);
}

}  // namespace ari::replay
