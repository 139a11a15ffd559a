#include "replay/report/show_view.h"

#include <re2/re2.h>

#include <algorithm>

namespace ari::replay {

using subscriber::ColourDepth;
using subscriber::Record;
using subscriber::RecordKind;

namespace {

constexpr std::size_t kBufferBytes = 64 * 1024;

// Whether the writers must see the record even if it is not shown, since later lines
// repeat what it says.
bool is_remembered(RecordKind kind) {
  return kind == RecordKind::kHeader || kind == RecordKind::kNew || kind == RecordKind::kClose;
}

}  // namespace

ShowView::ShowView(ShowOptions options, Write write)
    : options_(std::move(options)),
      write_(std::move(write)),
      selective_(options_.conditions.any() || !options_.grep.empty()),
      filter_(options_.conditions),
      text_(options_.colour, options_.times),
      plain_(ColourDepth::kNone, options_.times) {
  for (const std::string& pattern : options_.grep) {
    patterns_.push_back(std::make_unique<re2::RE2>(pattern));
  }
}

ShowView::~ShowView() = default;

void ShowView::print(const Record& record, std::string& out) {
  if (options_.as_jsonl) {
    jsonl_.write(record, out);
  } else {
    text_.write(record, out);
  }
}

bool ShowView::greps(const Record& record) {
  if (patterns_.empty()) return true;
  scratch_.clear();
  plain_.write(record, scratch_);
  if (scratch_.empty()) return true;  // has no line of its own
  const re2::StringPiece line(scratch_.data(), scratch_.size() - 1);
  return std::any_of(patterns_.begin(), patterns_.end(),
                     [&](const auto& pattern) { return re2::RE2::PartialMatch(line, *pattern); });
}

bool ShowView::accepts(const Record& record, const Line& line) {
  const bool passes = filter_.accepts(record, line.number);
  if (passes) return greps(record);
  if (!patterns_.empty() && is_remembered(record.kind)) {
    scratch_.clear();
    plain_.write(record, scratch_);
  }
  return false;
}

void ShowView::keep_for_context(const Record& record) {
  scratch_.clear();
  if (options_.context > 0 || is_remembered(record.kind)) print(record, scratch_);
  if (options_.context == 0 || scratch_.empty()) return;
  if (context_left_ > 0) {
    --context_left_;
    out_ += scratch_;
    return;
  }
  ++lines_skipped_;
  before_.push_back(scratch_);
  if (before_.size() > options_.context) before_.pop_front();
}

void ShowView::record(const Record& record, const Line& line) {
  if (!selective_) {
    print(record, out_);
    return flush_if_full();
  }
  if (!accepts(record, line)) {
    keep_for_context(record);
    return flush_if_full();
  }
  scratch_.clear();
  print(record, scratch_);
  if (scratch_.empty()) return;
  if (options_.context > 0 && !options_.as_jsonl && lines_shown_ > 0 &&
      lines_skipped_ > before_.size()) {
    out_ += "--\n";  // lines are missing here, as grep says it
  }
  for (const std::string& kept : before_) out_ += kept;
  before_.clear();
  lines_skipped_ = 0;
  context_left_ = options_.context;
  out_ += scratch_;
  ++lines_shown_;
  flush_if_full();
}

void ShowView::flush_if_full() {
  if (out_.empty() || (!options_.flush_each_line && out_.size() < kBufferBytes)) return;
  write_(out_);
  out_.clear();
}

void ShowView::finish() {
  if (!out_.empty()) write_(out_);
  out_.clear();
}

}  // namespace ari::replay
