// BufReader: the lines of a stream, however it is cut into reads and whoever gives up meanwhile.
#include "runtime/io/buf_reader.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "runtime/ari.h"

namespace ari {
namespace {

using io::BufReader;
using Lines = std::vector<std::string>;

// Gives a text in pieces of random size, some of them late.
class Pieces {
 public:
  Pieces(std::string text, unsigned seed) : text_(std::move(text)), random_(seed) {}

  Task<std::size_t> read(io::Buffer to) {
    for (unsigned turns = random_() % 3; turns > 0; --turns) co_await task::yield_now();
    const std::size_t most = std::min(to.size(), text_.size() - at_);
    const std::size_t size = std::min<std::size_t>(most, 1 + random_() % 20);
    std::copy_n(text_.data() + at_, size, reinterpret_cast<char*>(to.data()));
    at_ += size;
    co_return size;
  }

 private:
  const std::string text_;
  std::size_t at_ = 0;
  std::mt19937 random_;
};

Task<Lines> all_lines(BufReader<Pieces> reader) {
  Lines lines;
  while (true) {
    auto line = co_await reader.next_line();
    if (!line) co_return lines;
    lines.push_back(*std::move(line));
  }
}
Lines lines_of(std::string text, unsigned seed = 0) {
  return Runtime().block_on(all_lines(BufReader(Pieces(std::move(text), seed))));
}

Task<std::size_t> reads_nothing_first(BufReader<Pieces> reader) {
  const std::size_t size = co_await reader.read(io::Buffer(nullptr, 0));
  co_return size;
}

// There is no buffer yet to copy from; UBSan sees if it is tried.
TEST(BufReader, ReadOfNothingIsNothing) {
  EXPECT_EQ(Runtime().block_on(reads_nothing_first(BufReader(Pieces("a", 0)))), 0u);
}

TEST(BufReader, LinesAreGivenWithoutTheirEnds) {
  EXPECT_EQ(lines_of(""), Lines());
  EXPECT_EQ(lines_of("\n"), Lines({""}));
  EXPECT_EQ(lines_of("a\nb\n"), Lines({"a", "b"}));
  EXPECT_EQ(lines_of("a\r\n\r\nb\r\n"), Lines({"a", "", "b"}));
  EXPECT_EQ(lines_of("\ra\r\r\n"), Lines({"\ra\r"})) << "only the last one is of the end";
  EXPECT_EQ(lines_of("a\nrest"), Lines({"a", "rest"}));
  EXPECT_EQ(lines_of("rest\r"), Lines({"rest\r"})) << "no end came after it";
}

// Random lines; what comes of them is known.
struct Text {
  explicit Text(unsigned seed) {
    std::mt19937 random(seed);
    for (unsigned i = random() % 30; i > 0; --i) {
      std::string line(random() % 40, ' ');
      for (char& c : line) c = static_cast<char>('a' + random() % 26);
      lines.push_back(line);
      text += line + (random() % 2 == 0 ? "\n" : "\r\n");
    }
  }
  Lines lines;
  std::string text;
};

// Reads in every way there is, and gives up now and then.
Task<Lines> reads_and_gives_up(std::string text, unsigned seed) {
  BufReader<Pieces> reader(Pieces(std::move(text), seed), 42);  // the longest line has 42 bytes
  std::mt19937 random(seed);
  Lines lines;
  for (bool open = true; open;) {
    std::string line;
    if (random() % 2 == 0) {
      auto first = co_await select(reader.next_line(), task::yield_now());
      if (first.index() == 1) continue;
      open = std::get<0>(first).has_value();
      line = std::get<0>(first).value_or("");
    } else {
      auto first = co_await select(reader.read_line(line), task::yield_now());
      EXPECT_TRUE(first.index() == 0 || line.empty()) << "it appends whole lines or nothing";
      if (first.index() == 1) continue;
      EXPECT_EQ(std::get<0>(first), line.size());
      open = !line.empty();
      while (line.ends_with('\n') || line.ends_with('\r')) line.pop_back();
    }
    if (open) lines.push_back(line);
  }
  co_return lines;
}
TEST(BufReader, NoLineIsLostOrCutByThoseWhoGiveUp) {
  for (unsigned seed = 0; seed < 200; ++seed) {
    SCOPED_TRACE(seed);
    const Text text(seed);
    EXPECT_EQ(lines_of(text.text, seed), text.lines);
    EXPECT_EQ(Runtime().block_on(reads_and_gives_up(text.text, seed)), text.lines);
  }
}

// The head of a message by lines, its body by bytes, and what is left of the stream.
Task<void> head_and_body() {
  BufReader<Pieces> reader(Pieces("size: 5\n\nhello,world;rest", 1));
  std::string head;
  const std::size_t size = co_await reader.read_line(head);
  EXPECT_EQ(size, 8u);
  EXPECT_EQ(head, "size: 5\n");
  const std::size_t end_of_head = co_await reader.read_line(head);
  EXPECT_EQ(end_of_head, 1u);
  EXPECT_EQ(head, "size: 5\n\n") << "it appends";
  std::string body(5, '\0');
  co_await reader.read_exact(body);
  EXPECT_EQ(body, "hello");
  std::string part;
  co_await reader.read_until(',', part);
  co_await reader.read_until(';', part);
  EXPECT_EQ(part, ",world;");
  std::string rest;
  co_await io::read_to_end(reader, rest);
  EXPECT_EQ(rest, "rest");
  const std::size_t end = co_await reader.read_line(rest);
  EXPECT_EQ(end, 0u);
}
TEST(BufReader, IsReadByLinesAndByBytesInTurn) { Runtime().block_on(head_and_body()); }

Task<std::string> reads_beyond_the_end() {
  BufReader<Pieces> reader(Pieces("abc", 1));
  std::string four(4, '\0');
  try {
    co_await reader.read_exact(four);
  } catch (const std::system_error& error) {
    co_return error.what();
  }
  co_return "nothing";
}
TEST(BufReader, ReadExactSaysThatTheStreamEnded) {
  EXPECT_EQ(Runtime().block_on(reads_beyond_the_end()),
            "BufReader::read_exact: unexpected end of the stream");
}

struct LongLine {
  std::string error;
  std::string line;  // what was given before it
  std::size_t left;  // in the buffer
};
Task<LongLine> reads_long_line(std::string text, std::size_t max_bytes) {
  BufReader<Pieces> reader(Pieces(std::move(text), 3), max_bytes);
  LongLine came{"", "", 0};
  try {
    std::size_t got = 1;
    while (got > 0) got = co_await reader.read_line(came.line);
  } catch (const std::system_error& error) {
    came.error = error.what();
    EXPECT_EQ(error.code(), io::Errc::kLineTooLong);
  }
  came.left = reader.buffered().size();
  co_return came;
}
TEST(BufReader, LineBeyondTheLimitIsThrownAndStays) {
  const auto limit_of = [](std::string text, std::size_t max_bytes) {
    return Runtime().block_on(reads_long_line(std::move(text), max_bytes));
  };
  const LongLine fits = limit_of("1234567\n1234567\n", 8);
  EXPECT_EQ(fits.error, "");
  EXPECT_EQ(fits.line, "1234567\n1234567\n");
  const LongLine over = limit_of("ok\n12345678\nmore\n", 8);
  EXPECT_EQ(over.error, "BufReader: line too long");
  EXPECT_EQ(over.line, "ok\n");
  EXPECT_EQ(over.left, 8u) << "no more than the limit is kept";
  // Beyond the 8 KiB that it begins with.
  const std::string large(50'000, 'x');
  EXPECT_EQ(limit_of(large + "\n" + large, 64 * 1024).line, large + "\n" + large);
  EXPECT_EQ(limit_of(large + "\n", 50'000).left, 50'000u);
  EXPECT_THROW(BufReader<Pieces>(Pieces("", 0), 0), std::invalid_argument);
}

// On a real stream, which is written to beside.
Task<void> answers_lines(net::UnixStream stream) {
  BufReader reader(std::move(stream));
  while (true) {
    auto line = co_await reader.next_line();
    if (!line) co_return;
    const std::string answer = "[" + *line + "]\n";
    co_await reader.get().write_all(answer);
  }
}
Task<void> asks() {
  auto ends = net::UnixStream::pair();
  auto answering = spawn(answers_lines(std::move(ends.first)));
  BufReader answers(ends.second.split().first);
  for (const char* question : {"one\n", "two\r\n", "\n"}) {
    co_await ends.second.write_all(question);
    auto answer = co_await answers.next_line();
    std::string wanted = question;
    while (wanted.ends_with('\n') || wanted.ends_with('\r')) wanted.pop_back();
    EXPECT_EQ(answer, "[" + wanted + "]");
  }
  ends.second.shutdown();
  auto end = co_await answers.next_line();
  EXPECT_FALSE(end);
  co_await answering;
}
TEST(BufReader, ReadsAStreamThatIsWrittenToBeside) { Runtime().block_on(asks()); }

}  // namespace
}  // namespace ari
