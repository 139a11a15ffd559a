#include "replay/report/merged_show.h"

#include <algorithm>

#include "replay/report/display_width.h"

namespace ari::replay {

namespace {

constexpr std::size_t kBufferBytes = 64 * 1024;

}  // namespace

MergedShow::MergedShow(const ShowOptions& options, const std::vector<std::string>& names,
                       ShowView::Write write)
    : write_(std::move(write)), flush_each_line_(options.flush_each_line) {
  const Paint paint(options.colour);
  std::size_t width = 0;
  for (const std::string& name : names) width = std::max(width, display_width(name));
  for (const std::string& name : names) {
    std::string prefix;
    paint.append(prefix, Role::kDim, name + std::string(width - display_width(name), ' ') + " | ");
    ShowOptions of_log = options;
    // The lines of all are put together here, and must come as they happened.
    of_log.flush_each_line = true;
    views_.push_back(std::make_unique<ShowView>(
        std::move(of_log), [this, prefix](std::string& lines) { take(prefix, lines); }));
  }
}

void MergedShow::take(const std::string& prefix, std::string& lines) {
  for (std::size_t begin = 0; begin < lines.size();) {
    const std::size_t end = std::min(lines.find('\n', begin), lines.size() - 1) + 1;
    out_ += prefix;
    out_.append(lines, begin, end - begin);
    begin = end;
  }
  lines.clear();
  if (flush_each_line_ || out_.size() >= kBufferBytes) write_(out_);
}

std::vector<RecordSink*> MergedShow::sinks() const {
  std::vector<RecordSink*> out;
  for (const auto& view : views_) out.push_back(view.get());
  return out;
}

void MergedShow::finish() {
  for (const auto& view : views_) view->finish();
  if (!out_.empty()) write_(out_);
}

bool MergedShow::found_nothing() const noexcept {
  return std::all_of(views_.begin(), views_.end(),
                     [](const auto& view) { return view->found_nothing(); });
}

bool MergedShow::knows_none() const noexcept {
  return std::all_of(views_.begin(), views_.end(),
                     [](const auto& view) { return view->knows_none(); });
}

}  // namespace ari::replay
