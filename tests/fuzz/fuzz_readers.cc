// Any bytes as a log, compressed or not: reading must not crash, must not depend on the pieces in
// which the input comes, and must account for every byte.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string_view>

#include "replay/input/gzip_source.h"
#include "replay/input/log.h"
#include "replay/input/zstd_source.h"
#include "subscriber/jsonl_writer.h"
#include "subscriber/text_writer.h"

namespace {

using namespace ari;

class Bytes : public replay::Source {
 public:
  Bytes(std::string_view bytes, std::size_t piece) : bytes_(bytes), piece_(piece) {}
  std::size_t read(char* to, std::size_t size) override {
    const std::size_t n = std::min({size, piece_, bytes_.size()});
    std::memcpy(to, bytes_.data(), n);
    bytes_.remove_prefix(n);
    return n;
  }

 private:
  std::string_view bytes_;
  std::size_t piece_;
};

// Prints every record both ways, so that everything it points to is looked at.
class Printer : public replay::RecordSink {
 public:
  void record(const subscriber::Record& record, const replay::Line&) override {
    text_writer_.write(record, text);
    jsonl_writer_.write(record, jsonl);
  }
  std::string text;
  std::string jsonl;

 private:
  subscriber::TextWriter text_writer_{subscriber::ColourDepth::kNone};
  subscriber::JsonlWriter jsonl_writer_;
};

void require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "this must hold and does not: %s\n", what);
  std::abort();
}

struct Read {
  bool done = false;
  replay::Coverage coverage;
  Printer printer;
};

void read(std::string_view log, std::size_t piece, Read& read) {
  const auto source = replay::decompressed(std::make_unique<Bytes>(log, piece));
  auto coverage = replay::read_log(*source, "fuzz", read.printer);
  read.done = coverage.has_value();
  if (read.done) read.coverage = std::move(coverage).value();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view log(reinterpret_cast<const char*>(data), size);
  Read whole;
  read(log, 1 << 20, whole);
  Read pieces;
  // Each piece may be looked at for its format with all before it, so a long log comes in few.
  read(log, std::max<std::size_t>(3, size / 24), pieces);
  require(whole.done == pieces.done, "pieces do not decide whether a log is read");
  if (!whole.done) return 0;
  const replay::Coverage& coverage = whole.coverage;
  const bool is_compressed =
      replay::ZstdSource::recognises(log.substr(0, 4)) || replay::GzipSource::recognises(log);
  require(is_compressed || coverage.bytes_read - coverage.bytes_left_out == size,
          "every byte is read");
  require(
      coverage.bytes_read == coverage.bytes_used + coverage.bytes_skipped + coverage.bytes_other,
      "every byte is used or skipped");
  const std::uint64_t reported = coverage.problems.size() + coverage.problems_dropped;
  require(reported + coverage.lines_left_out >= coverage.lines_skipped,
          "every line that is skipped is reported");
  require(whole.printer.text == pieces.printer.text, "pieces do not change the records");
  require(whole.printer.jsonl == pieces.printer.jsonl, "pieces do not change the records");
  require(coverage.bytes_skipped == pieces.coverage.bytes_skipped,
          "pieces do not change what is skipped");
  return 0;
}
