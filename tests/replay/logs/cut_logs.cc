#include "tests/replay/logs/cut_logs.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "replay/input/emit.h"
#include "replay/input/log.h"
#include "subscriber/jsonl_writer.h"
#include "subscriber/run_so_far.h"

namespace ari::test {

using subscriber::Record;
using subscriber::RecordKind;

namespace {

// Writes what it is given as Sink (subscriber/sink.h) does.
class Parts final : public replay::RecordSink {
 public:
  explicit Parts(const std::vector<std::size_t>& at) : at_(at) { files_.emplace_back(); }

  void record(const Record& record, const replay::Line&) override {
    if (replay::is_event(record.kind) && parts_ < at_.size() && ++events_ == at_[parts_]) cut();
    so_far_.see(record, [this](const Record& thread) { write(thread); });
    Record written = record;
    if (record.kind == RecordKind::kEnd) written.lost = so_far_.lost();
    write(written);
  }

  std::vector<std::string> files_;

 private:
  void write(const Record& record) { writer_.write(record, files_.back()); }

  void cut() {
    Record end;
    end.kind = RecordKind::kEnd;
    end.at_unix_ns = so_far_.at_unix_ns();
    end.lost = so_far_.lost();
    write(end);
    files_.emplace_back();
    ++parts_;
    so_far_.retell(so_far_.at_unix_ns(), parts_ + 1, [this](const Record& r) { write(r); });
  }

  std::vector<std::size_t> at_;
  std::size_t parts_ = 0, events_ = 0;
  subscriber::RunSoFar so_far_;
  subscriber::JsonlWriter writer_;
};

}  // namespace

std::vector<std::string> cut_at_lines(const std::string& text, const std::vector<std::size_t>& at) {
  std::vector<std::string> files(1);
  std::size_t line = 1, next = 0;
  for (std::size_t begin = 0; begin < text.size(); ++line) {
    if (next < at.size() && line == at[next]) {
      files.emplace_back();
      ++next;
    }
    const std::size_t end = std::min(text.find('\n', begin), text.size() - 1) + 1;
    files.back().append(text, begin, end - begin);
    begin = end;
  }
  return files;
}

std::vector<std::string> recorded_in_parts(const std::string& path,
                                           const std::vector<std::size_t>& at) {
  Parts parts(at);
  EXPECT_TRUE(replay::read_log(path, parts).has_value()) << path;
  return std::move(parts.files_);
}

std::vector<std::size_t> random_cuts(std::uint32_t seed, std::size_t most, std::size_t apart) {
  std::mt19937 random(seed);
  std::vector<std::size_t> cuts;
  std::size_t last = 1;
  while (last + 2 * apart < most) {
    last += apart + random() % (most - last - 2 * apart + 1);
    cuts.push_back(last);
    if (random() % 4 == 0) break;
  }
  return cuts;
}

}  // namespace ari::test
