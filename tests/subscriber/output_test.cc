#include "subscriber/output.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <limits.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zstd.h>

#include <fstream>
#include <random>
#include <thread>
#include <vector>

#include "subscriber/log_file.h"
#include "subscriber/unread_pipe.h"
#include "tests/support/run.h"

namespace ari::subscriber {
namespace {

// An output that keeps every piece it was given.
class Pieces final : public Output {
 public:
  explicit Pieces(std::string& bytes) : bytes_(bytes) {}
  OutputError write(std::string_view lines) override {
    bytes_.append(lines);
    return {};
  }
  OutputError tick(std::uint64_t) override { return {}; }
  OutputError sync() override { return {}; }
  std::uint64_t bytes_out() const noexcept override { return bytes_.size(); }
  OutputError finish() override { return {}; }

 private:
  std::string& bytes_;
};

// As much as can be decompressed, and whether the last frame was whole.
std::pair<std::string, bool> decompress(const std::string& compressed) {
  ZSTD_DCtx* const context = ZSTD_createDCtx();
  std::string out;
  std::vector<char> room(ZSTD_DStreamOutSize());
  ZSTD_inBuffer in{compressed.data(), compressed.size(), 0};
  std::size_t left = 0;
  for (;;) {
    ZSTD_outBuffer piece{room.data(), room.size(), 0};
    left = ZSTD_decompressStream(context, &piece, &in);
    EXPECT_FALSE(ZSTD_isError(left)) << ZSTD_getErrorName(left);
    out.append(room.data(), piece.pos);
    if (ZSTD_isError(left) || (in.pos == in.size && piece.pos < piece.size)) break;
  }
  ZSTD_freeDCtx(context);
  return {out, left == 0};
}

std::string random_lines(std::mt19937& random, std::size_t bytes) {
  std::string lines;
  while (lines.size() < bytes) {
    lines += "{\"at\":" + std::to_string(random()) + ",\"k\":\"enter\"}\n";
  }
  return lines;
}

TEST(ZstdOutput, DecompressesToWhatWasWritten) {
  std::mt19937 random(1);
  std::string compressed, written;
  const auto output = zstd_output(std::make_unique<Pieces>(compressed));
  for (int i = 0; i < 200; ++i) {  // several frames
    const std::string lines = random_lines(random, random() % 100'000);
    written += lines;
    EXPECT_EQ(output->write(lines), "");
  }
  EXPECT_EQ(output->finish(), "");
  EXPECT_LT(compressed.size(), written.size() / 2);
  EXPECT_EQ(decompress(compressed), std::pair(written, true));
}

TEST(ZstdOutput, CanBeReadUpToASecondAgoIfItNeverEnds) {
  constexpr std::uint64_t kSecond = 1'000'000'000;
  std::string compressed;
  const auto output = zstd_output(std::make_unique<Pieces>(compressed));
  EXPECT_EQ(output->tick(10 * kSecond), "");
  EXPECT_EQ(output->write("first\n"), "");
  EXPECT_EQ(output->tick(10 * kSecond + kSecond / 2), "");
  EXPECT_EQ(output->write("second\n"), "");
  EXPECT_EQ(output->tick(12 * kSecond), "");
  EXPECT_EQ(output->write("third\n"), "");
  EXPECT_EQ(output->tick(12 * kSecond + kSecond / 2), "");
  EXPECT_EQ(decompress(compressed), std::pair(std::string("first\nsecond\n"), false));
}

TEST(ZstdOutput, WritesNothingAtAllWithoutLines) {
  std::string compressed;
  const auto output = zstd_output(std::make_unique<Pieces>(compressed));
  EXPECT_EQ(output->finish(), "");
  EXPECT_EQ(compressed, "");
}

TEST(ZstdOutput, SaysThatItsFileWasDeleted) {
  const test::TempDir dir;
  const std::string path = dir.path() + "/run.jsonl.zst";
  const auto output = zstd_output(fd_output(open_log_file(path).fd));
  EXPECT_EQ(output->write("line\n"), "");
  EXPECT_EQ(output->tick(2'000'000'000), "");
  unlink(path.c_str());
  EXPECT_EQ(output->tick(4'000'000'000), "it was deleted");
  EXPECT_EQ(output->finish(), "it was deleted");
}

TEST(UnreadPipe, SaysThatTheFileInItsPlaceWasDeleted) {
  const test::TempDir dir;
  const std::string path = dir.path() + "/pipe";
  OwnDescriptor descriptor = OwnDescriptor::high(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  ASSERT_EQ(mkfifo(path.c_str(), 0600), 0);
  const auto output = unread_pipe_output(path, descriptor);
  EXPECT_EQ(output->write("line\n"), "");
  unlink(path.c_str());
  std::ofstream(path).close();
  EXPECT_EQ(output->tick(2'000'000'000), "");
  EXPECT_EQ(test::read_file(path), "line\n");
  unlink(path.c_str());
  EXPECT_EQ(output->tick(4'000'000'000), "it was deleted");
  EXPECT_EQ(output->finish(), "it was deleted");
  descriptor.close();
}

TEST(LogFile, IsMadeForItsOwnerAlone) {
  const test::TempDir dir;
  const std::string path = dir.path() + "/run.jsonl";
  const OpenedFile file = open_log_file(path);
  ASSERT_EQ(file.error, "");
  EXPECT_EQ(fd_output(file.fd)->write("line\n"), "");
  struct stat status;
  ASSERT_EQ(stat(path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
  EXPECT_EQ(test::read_file(path), "line\n");
}

TEST(LogFile, IsEmptiedIfItWasThere) {
  const test::TempDir dir;
  const std::string path = dir.path() + "/run.jsonl";
  fd_output(open_log_file(path).fd)->write("a long line of the run before\n");
  fd_output(open_log_file(path).fd)->write("new\n");
  EXPECT_EQ(test::read_file(path), "new\n");
}

TEST(LogFile, IsLeftAloneWhileAnotherLogIsWrittenToIt) {
  const test::TempDir dir;
  const std::string path = dir.path() + "/run.jsonl";
  const auto first = fd_output(open_log_file(path).fd);
  EXPECT_EQ(first->write("first\n"), "");
  const OpenedFile second = open_log_file(path);
  EXPECT_EQ(second.fd, -1);
  EXPECT_EQ(second.error,
            "another process is writing it (put %p into the name for one log per process)");
  EXPECT_EQ(test::read_file(path), "first\n");
}

TEST(LogFile, SaysWhyItCannotBeOpened) {
  EXPECT_EQ(open_log_file("/nowhere/run.jsonl").error, "No such file or directory");
  EXPECT_EQ(open_log_file("/").error, "Is a directory");
}

TEST(FdOutput, ReportsAFullDevice) {
  EXPECT_EQ(fd_output(::open("/dev/full", O_WRONLY | O_CLOEXEC))->write("line\n"),
            "No space left on device");
}

TEST(FdOutput, ReportsAClosedPipe) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  close(ends[0]);
  const auto output = fd_output(ends[1]);
  // As the drain's thread has it. The pending signal dies with the thread.
  std::thread([&output] {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, nullptr);
    EXPECT_EQ(output->write("line\n"), "Broken pipe");
  }).join();
}

// Two writers in turns on one pipe, read by a slow reader: each line stays in one piece.
TEST(FdOutput, KeepsLinesWholeInAPipeThatOthersWriteToo) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  fcntl(ends[1], F_SETFL, O_NONBLOCK);  // as another program may have made it
  const int other = dup(ends[1]);
  std::thread program([other] {
    const std::string line = "PROGRAM" + std::string(200, 'p') + "\n";
    for (int i = 0; i < 2000; ++i) {
      while (write(other, line.data(), line.size()) < 0) std::this_thread::yield();
    }
    close(other);
  });
  std::thread drain([end = ends[1]] {
    const auto output = fd_output(end);
    const std::string line = "LOG" + std::string(100, 'l') + "\n";
    std::string lines;
    for (int i = 0; i < 200; ++i) lines += line;
    for (int i = 0; i < 20; ++i) EXPECT_EQ(output->write(lines), "");
  });
  std::string all;
  char piece[1000];
  for (ssize_t got; (got = read(ends[0], piece, sizeof piece)) > 0;) {
    all.append(piece, static_cast<std::size_t>(got));
  }
  program.join();
  drain.join();
  close(ends[0]);
  const std::string program_line = "PROGRAM" + std::string(200, 'p');
  const std::string log_line = "LOG" + std::string(100, 'l');
  std::size_t of_program = 0, of_log = 0;
  for (const std::string& line : test::lines_of(all)) {
    of_program += line == program_line;
    of_log += line == log_line;
  }
  EXPECT_EQ(of_program, 2000u);
  EXPECT_EQ(of_log, 4000u);
}

TEST(FdOutput, WritesALineLongerThanAPipeTakesAtOnce) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  const std::string lines = std::string(3 * PIPE_BUF, 'x') + "\nshort\n";
  EXPECT_EQ(fd_output(ends[1])->write(lines), "");
  std::string all(lines.size() + 1, '\0');
  EXPECT_EQ(read(ends[0], all.data(), all.size()), static_cast<ssize_t>(lines.size()));
  all.pop_back();
  EXPECT_EQ(all, lines);
  close(ends[0]);
}

}  // namespace
}  // namespace ari::subscriber
