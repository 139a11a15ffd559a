// Whole inputs: where they come from, what format they are in, and what is said of those
// that cannot be read or are damaged.
#include "replay/input/log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include <fstream>
#include <memory>
#include <string>
#include <utility>

#include "replay/input/zstd_source.h"
#include "tests/replay/input/reading.h"
#include "tests/support/run.h"

namespace ari::replay {
namespace {

using test::read_path;
using test::read_text;
using test::ReadLog;
using testing::ElementsAre;

const std::string kText = "1970-01-01T00:00:01.000000Z TRACE a[1]{} new\n";
const std::string kJsonl =
    "{\"at\":\"1970-01-01T00:00:01.000000000Z\",\"k\":\"enter\",\"th\":1,\"id\":5}\n";
const std::string kConsole = "{\"v\":1}\n";

std::string compressed(const std::string& text) {
  std::string out(ZSTD_compressBound(text.size()), '\0');
  out.resize(ZSTD_compress(out.data(), out.size(), text.data(), text.size(), 3));
  return out;
}

// Compressed, but for the last byte of the checksum behind it.
std::string damaged_checksum(const std::string& text) {
  ZSTD_CCtx* const context = ZSTD_createCCtx();
  ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
  std::string out(ZSTD_compressBound(text.size()), '\0');
  out.resize(ZSTD_compress2(context, out.data(), out.size(), text.data(), text.size()));
  ZSTD_freeCCtx(context);
  out.back() ^= 1;
  return out;
}

std::string gzipped(const std::string& text) {
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, 6, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string in = text;
  std::string out(deflateBound(&stream, in.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(in.data());
  stream.avail_in = static_cast<uInt>(in.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

std::string many_lines(int lines) {
  std::string text = kText;
  for (int i = 0; i < lines; ++i) {
    text += "1970-01-01T00:00:0" + std::to_string(i % 10) + ".000000Z TRACE a[1]{} enter\n";
  }
  return text;
}

class LogFile : public testing::Test {
 protected:
  std::string write(const std::string& name, const std::string& content) {
    const std::string path = folder_.path() + "/" + name;
    std::ofstream(path, std::ios::binary) << content;
    return path;
  }
  test::TempDir folder_;
};

TEST_F(LogFile, IsRecognisedByItsContentWhateverItsName) {
  EXPECT_EQ(read_path(write("a.zst", kText)).coverage.format, "ari text");
  EXPECT_EQ(read_path(write("a.txt", kJsonl)).coverage.format, "ari JSONL");
  EXPECT_EQ(read_path(write("a.log", kConsole)).coverage.format, "console recording");
  EXPECT_EQ(read_path(write("a.jsonl", compressed(kConsole))).coverage.format, "console recording");
}

TEST_F(LogFile, MayBeCompressedInSeveralFrames) {
  const std::string skippable("\x50\x2a\x4d\x18\x03\0\0\0abc", 11);
  const std::string path =
      write("log", compressed(kText) + skippable + compressed(many_lines(1000)));
  const ReadLog log = read_path(path);
  EXPECT_EQ(log.coverage.lines, 1002U);
  EXPECT_EQ(log.coverage.bytes_skipped, 0U);
  EXPECT_FALSE(log.coverage.torn);
  EXPECT_EQ(read_path(write("log", skippable + compressed(kText))).coverage.lines, 1U);
}

TEST_F(LogFile, CutInItsCompressionGivesWhatCameBeforeAndSaysSo) {
  const std::string text = many_lines(20'000);
  const std::string whole = compressed(text);
  const std::string path = write("log.zst", whole.substr(0, whole.size() / 2));
  const ReadLog log = read_path(path);
  EXPECT_EQ(log.error, "");
  EXPECT_TRUE(log.coverage.torn);
  EXPECT_GT(log.coverage.events, 0U);
  EXPECT_EQ(log.coverage.bytes_read,
            log.coverage.bytes_used + log.coverage.bytes_skipped + log.coverage.bytes_other);
  ASSERT_FALSE(log.coverage.problems.empty());
  EXPECT_EQ(log.coverage.problems.back().message,
            "the input ends before its time: zstd data ends in the middle of a frame, after " +
                std::to_string(whole.size() / 2) + " compressed bytes");
  EXPECT_EQ(log.coverage.problems.back().severity, Severity::kDataLoss);
}

TEST_F(LogFile, DamagedInItsCompressionGivesWhatCameBeforeAndSaysSo) {
  std::string damaged = compressed(kText) + compressed(many_lines(3));
  damaged[compressed(kText).size()] ^= 0x55;  // the second frame's magic number
  const ReadLog log = read_path(write("log.zst", damaged));
  EXPECT_EQ(log.coverage.lines, 1U);
  EXPECT_TRUE(log.coverage.torn);
  ASSERT_EQ(log.coverage.problems.size(), 1U);
  EXPECT_THAT(log.coverage.problems[0].message,
              testing::MatchesRegex("the input ends before its time: zstd data is damaged before "
                                    "byte [0-9]+ of the compressed input: Unknown frame .*"));
}

// Former bug: all that was decoded together with the damage was lost, of a small log every line.
TEST_F(LogFile, DamagedInOneOfItsBlocksGivesTheBlocksBefore) {
  for (const int lines : {1000, 30'000}) {  // of one block; of several
    SCOPED_TRACE(lines);
    const std::string damaged = damaged_checksum(many_lines(lines));
    const ReadLog log = read_path(write("log.zst", damaged));
    EXPECT_EQ(log.coverage.lines, 1U + static_cast<unsigned>(lines));
    EXPECT_TRUE(log.coverage.torn);
  }
}

// A raw block that holds more than the frame says it does, and is cut: found by a fuzzer.
TEST(DamagedZstd, GivesTheSameInWhateverPiecesItComes) {
  const std::string damaged = test::read_file(ARI_TESTDATA "/fuzz/readers/raw-block-too-large.zst");
  const auto decoded = [&](std::size_t piece) {
    ZstdSource source(std::make_unique<test::TextSource>(damaged, std::vector{piece}));
    std::string out(4096, '\0');
    out.resize(source.read(out.data(), out.size()));
    return std::pair(out, source.fault());
  };
  const auto whole = decoded(1 << 20);
  EXPECT_THAT(whole.second, testing::HasSubstr("zstd data is damaged"));
  for (const std::size_t piece : {1, 2, 3, 7, 40}) EXPECT_EQ(decoded(piece), whole) << piece;
}

TEST_F(LogFile, ThatCannotBeReadIsAnErrorThatSaysWhy) {
  const std::string& folder = folder_.path();
  EXPECT_EQ(read_path(folder + "/none").error, folder + "/none: no such file");
  EXPECT_EQ(read_path(folder).error, folder + ": is a directory, expected a log file");
  EXPECT_EQ(read_path(write("empty", "")).error, folder + "/empty: is empty");
  EXPECT_EQ(read_path(write("empty.zst", compressed(""))).error, folder + "/empty.zst: is empty");
  EXPECT_EQ(read_path(write("cut.zst", compressed(kText).substr(0, 7))).error,
            folder + "/cut.zst: zstd data ends in the middle of a frame, after 7 compressed bytes");
  EXPECT_EQ(read_path("/proc/self/mem").error,
            "/proc/self/mem: cannot be read: Input/output error");
}

TEST_F(LogFile, WithoutPermissionIsAnErrorThatSaysSo) {
  const std::string path = write("secret", kText);
  ASSERT_EQ(chmod(path.c_str(), 0), 0);
  const uid_t user = geteuid();
  constexpr uid_t kNobody = 65534;
  if (user == 0) {  // root may read everything
    ASSERT_EQ(seteuid(kNobody), 0);
  }
  const std::string error = read_path(path).error;
  ASSERT_EQ(seteuid(user), 0);
  EXPECT_EQ(error, path + ": permission denied");
}

TEST_F(LogFile, OfNoKnownFormatIsAnErrorThatNamesThoseThatAre) {
  const std::string expected =
      "run.log: expected a log (ari JSONL, ari text, a console recording or the output of "
      "tracing_subscriber::fmt), found none";
  EXPECT_EQ(read_text("hello\nworld\n").error, expected);
  EXPECT_EQ(read_text("\n\n").error, expected);
  EXPECT_EQ(read_text("{\"time\":\"2026-01-05T10:00:00Z\"}\n").error, expected);
  // Begins as a console recording does, but goes on.
  EXPECT_EQ(read_text("{\"v\":0,\"name\":\"app\",\"msg\":\"hello\",\"level\":10}\n").error,
            expected);
  EXPECT_EQ(read_text(std::string("\x7f"
                                  "ELF\0\0\0\n\0",
                                  9))
                .error,
            expected + ": it is a binary file");
  const std::string no_time =
      expected +
      ": its lines have no timestamps, without which nothing can be measured: leave out "
      ".without_time() where the program builds its subscriber";
  EXPECT_EQ(read_text("TRACE runtime.spawn{task.id=18}: tokio::task: new\n").error, no_time);
  EXPECT_EQ(read_text("{\"level\":\"TRACE\",\"fields\":{},\"target\":\"app\"}\n").error, no_time);
  EXPECT_EQ(read_text("[2026-01-05T10:00:00Z TRACE tokio::task] spawned\n").error,
            expected +
                ": its lines are env_logger's, which knows no spans, so they tell nothing of "
                "tasks: log with tracing_subscriber::fmt().with_max_level(Level::TRACE)"
                ".with_span_events(FmtSpan::FULL).init() instead");
  const std::string no_level =
      expected +
      ": its lines have no levels, which tell the formats apart: leave out .with_level(false) "
      "where the program builds its subscriber";
  EXPECT_EQ(read_text("2026-01-05T10:00:00Z runtime.spawn{kind=task}: tokio::task: new\n").error,
            no_level);
  EXPECT_EQ(read_text("{\"timestamp\":\"2026-01-05T10:00:00Z\",\"span\":{\"name\":"
                      "\"runtime.spawn\"}}\n")
                .error,
            no_level);
}

// What others put around the lines of a log, and how it is taken away again.
TEST_F(LogFile, WhoseLinesAreWrappedIsAnErrorThatSaysHowToUnwrapThem) {
  const std::string full = "2026-01-05T10:00:00.5Z TRACE runtime.spawn{kind=task}: tokio::task: ";
  const auto behind = [](const std::string& format, int column, const std::string& prefix,
                         const std::string& command) {
    return "line 1 goes on as " + format + " in column " + std::to_string(column) +
           ", behind a prefix (\"" + prefix +
           "\"): take such prefixes away first, for example with " + command;
  };
  const auto twice = [&](const std::string& first, const std::string& second) {
    return first + full + "new\n" + second + full + "enter\n";
  };
  const struct {
    std::string text, hint;
  } cases[] = {
      // docker compose, in colour too
      {twice("web-1  | ", "db-12  | "), behind("fmt Full", 10, "web-1  | ", "sed 's/^[^|]*| //'")},
      {twice("\x1b[36mweb-1  | \x1b[0m", "\x1b[36mweb-1  | \x1b[0m"),
       behind("fmt Full", 19, "web-1  | ", "sed 's/^[^|]*| //'")},
      // CRI, kubectl logs --timestamps, journalctl
      {twice("2026-01-05T10:00:00.51Z stdout F ", "2026-01-05T10:00:00.511Z stdout F "),
       behind("fmt Full", 34, "2026-01-05T10:00:00.51Z stdout F ", "cut -d ' ' -f 4-")},
      {twice("2026-01-05T10:00:00.51Z ", "2026-01-05T10:00:00.511Z "),
       behind("fmt Full", 25, "2026-01-05T10:00:00.51Z ", "cut -d ' ' -f 2-")},
      {twice("Jan 15 10:00:00 host app[7]: ", "Jan 15 10:00:00 host app[10]: "),
       behind("fmt Full", 30, "Jan 15 10:00:00 host app[7]: ", "cut -d ' ' -f 6-")},
      // grep -n, cat -n, something pasted
      {twice("9:", "10:"), behind("fmt Full", 3, "9:", "cut -d : -f 2-")},
      {twice("     1\t", "    10\t"), behind("fmt Full", 8, "     1 ", "cut -f 2-")},
      {twice("    ", "    "), behind("fmt Full", 5, "    ", "cut -b 5-")},
      {twice("a>", "bcd>"), behind("fmt Full", 3, "a>", "sed")},
      {"web-1  | {\"timestamp\":\"2026-01-05T10:00:00Z\",\"level\":\"INFO\",\"fields\":{},"
       "\"target\":\"app\"}\n",
       behind("fmt JSON", 10, "web-1  | ", "sed 's/^[^|]*| //'")},
      // docker's json-file, journalctl -o json
      {"{\"log\":\"2026-01-05T10:00:00Z TRACE a{b=\\\"c\\\"}: d: new\\n\",\"stream\":\"stdout\"}\n",
       "its lines are JSON with the lines of a log under \"log\": take those out first, for "
       "example "
       "with jq -j .log"},
      {"{\"_PID\":\"7\",\"MESSAGE\":\"2026-01-05T10:00:00Z TRACE a{b=c}: d: new\"}\n",
       "its lines are JSON with the lines of a log under \"MESSAGE\": take those out first, for "
       "example with jq -r .MESSAGE"},
  };
  for (const auto& [text, hint] : cases) {
    SCOPED_TRACE(text);
    EXPECT_THAT(read_text(text).error, testing::EndsWith("found none: " + hint));
  }
  // One line in many says little.
  std::string much = "x> " + full + "new\n";
  for (int n = 0; n < 20; ++n) much += "listening on port 8080\n";
  EXPECT_THAT(read_text(much).error, testing::EndsWith("found none"));
}

TEST_F(LogFile, WithTimesInAnUnreadFormIsAnErrorThatShowsOne) {
  const std::string expected =
      ", expected RFC 3339, a date and a time as in \"2026-11-23 12:34:17.946\", a time of day, "
      "seconds since 1970 or an uptime";
  for (const std::string time :
       {"[2026-11-23T12:34:17Z]", "Mon, 23 Nov 2026 12:34:17 +0000", "2026/11/23 12:34:17.946",
        "Nov 23 12:34:17", "20261123T123417.946Z", "34:17.946", "<unknown time>"}) {
    SCOPED_TRACE(time);
    const std::string hint = "found none: its times are written as \"" + time + '"' + expected;
    EXPECT_THAT(read_text(time + " TRACE runtime.spawn{kind=task}: tokio::task: new\n").error,
                testing::EndsWith(hint));
    EXPECT_THAT(read_text("{\"timestamp\":\"" + time +
                          "\",\"level\":\"INFO\",\"fields\":{},\"target\":\"app\"}\n")
                    .error,
                testing::EndsWith(hint));
  }
  // What is quoted cannot drive a terminal.
  EXPECT_THAT(read_text("1\x1b]0;x\x07 TRACE app: hi\n").error,
              testing::EndsWith("written as \"1?]0;x?\"" + expected));
}

TEST_F(LogFile, MayBeCompressedWithGzip) {
  EXPECT_EQ(read_path(write("log.gz", gzipped(kText))).coverage.events, 1U);
  // Several streams, one behind the other, and padding behind them.
  const std::string twice = gzipped(kText) + gzipped(kText) + std::string(512, '\0');
  const ReadLog log = read_path(write("two", twice));
  EXPECT_EQ(log.coverage.events, 2U);
  EXPECT_EQ(test::show(log.coverage.problems), "");
}

TEST_F(LogFile, DamagedInItsGzipGivesWhatCameBeforeAndSaysSo) {
  const std::string whole = gzipped(kText + std::string(100'000, '\n'));
  const ReadLog cut = read_path(write("cut.gz", whole.substr(0, whole.size() - 9)));
  EXPECT_EQ(cut.coverage.events, 1U);
  EXPECT_TRUE(cut.coverage.torn);
  EXPECT_EQ(test::show_briefly(cut.coverage.problems),
            "loss 0:0 the input ends before its time: gzip data ends in the middle of a stream, "
            "after " +
                std::to_string(whole.size() - 9) + " compressed bytes");
  std::string damaged = whole;
  damaged[damaged.size() - 6] ^= 1;  // of the checksum
  EXPECT_THAT(test::show_briefly(read_path(write("bad.gz", damaged)).coverage.problems),
              testing::EndsWith("of the compressed input: incorrect data check"));
}

TEST(Log, OfEveryFormatIsRecognised) {
  const auto format = [](const std::string& text) { return read_text(text).coverage.format; };
  const std::string at = "2026-01-05T10:00:00.480038Z TRACE ";
  EXPECT_EQ(format(kText), "ari text");
  EXPECT_EQ(format(kJsonl), "ari JSONL");
  EXPECT_EQ(format(kConsole), "console recording");
  EXPECT_EQ(format(at + "runtime.spawn{task.id=18}: app: hello\n"), "fmt Full");
  EXPECT_EQ(format(at + "ThreadId(01) a{b=1}:c: app: hello\n"), "fmt Full");
  EXPECT_EQ(
      format("\x1b[2m" + at.substr(0, 27) + "\x1b[0m \x1b[35mTRACE\x1b[0m a{b=1}: app: hello\n"),
      "fmt Full");
  EXPECT_EQ(format(at + "runtime.spawn: app: hello task.id=18\n"), "fmt Compact");
  EXPECT_EQ(format("  " + at + "app: hello\n    in a::b with c: 1\n\n"), "fmt Pretty");
  EXPECT_EQ(
      format(R"({"timestamp":"2026-01-05T10:00:00Z","level":"INFO","fields":{},"target":"a"})"),
      "fmt JSON");
  // Events outside of spans are alike in several formats: the first span decides.
  std::string events;
  for (int i = 0; i < 200; ++i) events += at + "app: hello n=1\n";
  EXPECT_EQ(format(events + at + "a{b=1}: app: hello\n"), "fmt Full");
}

TEST(Log, MayBeginWithBlankLinesAndTheProgramsOwnOutput) {
  const std::string beginning = "\n   Compiling server\r\nlistening on {port}\n";
  // Where nothing else could stand there, it is no loss.
  for (const std::string& first : {kText, kJsonl, kConsole}) {
    SCOPED_TRACE(first);
    const ReadLog log = read_text(beginning + first);
    EXPECT_EQ(log.error, "");
    EXPECT_EQ(log.coverage.lines, 4U);
    EXPECT_EQ(log.coverage.lines_other, 2U);
    EXPECT_EQ(test::show(log.coverage.problems), "");
  }
}

TEST(Log, MayBeginWithSoMuchOutputThatTheFirstLookFindsNothing) {
  std::string text;
  while (text.size() < 6'000'000) text += "some line that the program printed\n";
  EXPECT_EQ(read_text(text + kText).coverage.events, 1U);
}

TEST(Log, ALineInAnotherFormatDoesNotDecide) {
  EXPECT_EQ(
      read_text("2026-01-05T10:00:00Z  INFO app: started\n" + kJsonl + kJsonl).coverage.format,
      "ari JSONL");
  EXPECT_EQ(read_text(kConsole + kText + kText).coverage.format, "ari text");
}

TEST(Log, EventsOutsideAnySpanAreALogToo) {
  const ReadLog log = read_text("2026-01-05T10:00:00Z  INFO app: started\n");
  EXPECT_EQ(log.coverage.format, "text log without spans");
  EXPECT_EQ(log.coverage.events, 1U);
}

TEST(Log, ReadsTheSameWithCrLfAndWithAByteOrderMark) {
  for (const std::string& line : {kText, kJsonl, kConsole}) {
    std::string windows = "\xef\xbb\xbf";
    windows.append(line, 0, line.size() - 1).append("\r\n");
    const ReadLog log = read_text(windows);
    EXPECT_EQ(test::show(log.coverage.problems), "");
    EXPECT_EQ(log.records, read_text(line).records);
    EXPECT_EQ(log.coverage.bytes_used, windows.size());
  }
}

TEST(Log, ALineOfTenMegabytesIsALineLikeAnyOther) {
  const std::string value(10'000'000, 'x');
  const std::string span = "b[2]{v=\"" + value + "\"}";
  const std::string at = "1970-01-01T00:00:01.000000Z TRACE ";
  const ReadLog log = read_text(kText + at + span + " new\n" + at + span + " enter\n" + kText);
  EXPECT_EQ(test::show(log.coverage.problems), "");
  ASSERT_EQ(log.records.size(), 4U);
  EXPECT_EQ(log.records[1].size(),
            std::string("1000000000 new 2 \"b\" {v=\"\"}").size() + value.size());
  EXPECT_EQ(log.records[2], "1000000000 enter 2");

  const std::string piece = "task.id" + value;
  const ReadLog garbage = read_text(kText + piece + "\n" + kText);
  EXPECT_EQ(garbage.coverage.bytes_skipped, piece.size() + 1);
  EXPECT_EQ(garbage.coverage.events, 2U);
  EXPECT_LT(garbage.coverage.problems.at(0).excerpt.size(), 100U);
}

TEST(Log, KeepsTheFirstProblemsAndCountsTheRest) {
  std::string text = kText;
  for (int i = 0; i < 50; ++i) text += "noise }: of a line\n";
  const Coverage coverage = read_text(text).coverage;
  EXPECT_EQ(coverage.problems.size(), Coverage::kProblemsKept);
  EXPECT_EQ(coverage.problems_dropped, 50 - Coverage::kProblemsKept);
  EXPECT_EQ(coverage.lines_skipped, 50U);
  EXPECT_EQ(coverage.problems.back().line, 21U);
}

TEST(Log, AProblemsExcerptShowsThePlaceAndCutsNoCharacterInTwo) {
  std::string word;
  for (int i = 0; i < 30; ++i) word += "äöü";
  const std::string line = "1970-01-01T00:00:01.000000Z TRACE b[2]{w=" + word + "} \xff" + word;
  const ReadLog log = read_text(kText + line + "\n");
  ASSERT_EQ(log.coverage.problems.size(), 1U);
  const Problem& problem = log.coverage.problems[0];
  EXPECT_EQ(line.substr(problem.column - 1, 10),
            problem.excerpt.substr(problem.excerpt_column - 1, 10));
  EXPECT_NE(problem.excerpt.find(problem.excerpt.substr(0, 2)), std::string::npos);
  EXPECT_NE(problem.excerpt[0] & 0xc0, 0x80);
}

// Says how much was read from it so far.
class SlowSource : public test::TextSource {
 public:
  using TextSource::TextSource;
  std::size_t read(char* to, std::size_t size) override {
    const std::size_t n = TextSource::read(to, size);
    bytes_read += n;
    return n;
  }
  std::size_t bytes_read = 0;
};

TEST(Log, ThatIsStillBeingWrittenIsReadAsItComes) {
  const std::string log = many_lines(5000);
  SlowSource source(log, {100});
  class : public RecordSink {
   public:
    void record(const subscriber::Record&, const Line&) override {
      if (first_at == 0) first_at = source->bytes_read;
    }
    SlowSource* source = nullptr;
    std::size_t first_at = 0;
  } sink;
  sink.source = &source;
  ASSERT_TRUE(read_log(source, "-", sink).has_value());
  EXPECT_LT(sink.first_at, 10'000U);
  EXPECT_EQ(source.bytes_read, log.size());
}

TEST(Log, TellsTheEarliestAndTheLatestInstant) {
  const Coverage coverage = read_text(kText + "1970-01-01T00:00:03.000000Z TRACE a[1]{} enter\n" +
                                      "1970-01-01T00:00:00.500000Z TRACE a[1]{} exit\n")
                                .coverage;
  EXPECT_EQ(coverage.first_unix_ns, 500'000'000);
  EXPECT_EQ(coverage.last_unix_ns, 3'000'000'000);
}

}  // namespace
}  // namespace ari::replay
