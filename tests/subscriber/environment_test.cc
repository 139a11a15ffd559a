#include "subscriber/environment.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ari::subscriber {

void PrintTo(const LogRequest& log, std::ostream* out) {
  *out << (log.format == LogFormat::kText ? "text" : "jsonl") << " to "
       << (log.target == LogTarget::kStdout   ? "stdout"
           : log.target == LogTarget::kStderr ? "stderr"
                                              : log.path)
       << (log.compressed ? ", compressed" : "");
  if (log.max_bytes != 0) *out << ", max " << log.max_bytes;
  if (log.keep != 0) *out << ", keep " << log.keep;
}

namespace {

std::string shown(const Requests& requests) {
  std::string out;
  for (const LogRequest& log : requests.logs) {
    out += testing::PrintToString(log) + "\n";
  }
  if (requests.blocks_when_full) out += "blocks\n";
  if (requests.ring_bytes != 0) {
    out += "rings of " + std::to_string(requests.ring_bytes) + "\n";
  }
  if (requests.ring) out += "ring " + *requests.ring + "\n";
  for (const std::string& complaint : requests.complaints) out += "! " + complaint + "\n";
  return out;
}

struct Case {
  const char* value;
  const char* want;
};
constexpr Case kCases[] = {
    {"", ""},
    {"stdout", "text to stdout\n"},
    {"stderr", "text to stderr\n"},
    {"text:run.log", "text to run.log\n"},
    {"jsonl:run.jsonl", "jsonl to run.jsonl\n"},
    {"jsonl:run.jsonl.zst", "jsonl to run.jsonl.zst, compressed\n"},
    {"stdout,jsonl:a,text:b.zst", "text to stdout\njsonl to a\ntext to b.zst, compressed\n"},
    {" stdout , jsonl:a b ,", "text to stdout\njsonl to a b\n"},
    {"jsonl:run-%p.jsonl", "jsonl to run-41.jsonl\n"},
    {"jsonl:%p/%%p/100%%", "jsonl to 41/%p/100%\n"},
    {"jsonl:C:/x", "jsonl to C:/x\n"},
    {"jsonl:a,ring:b-%p", "jsonl to a\nring b-41\n"},
    {"ring:a,ring:b",
     "ring b\n"
     "! there is one ring file at most: \"a\" is left out\n"},
    {"ring:a,ring:a", "ring a\n"},
    {"ring:a,ring:", "ring a\n! \"ring:\" names no file: expected ring:PATH\n"},
    {"ring:", "! \"ring:\" names no file: expected ring:PATH\n"},
    {"jsonl:a,when-full=block", "jsonl to a\nblocks\n"},
    {"jsonl:a,buffer=16M", "jsonl to a\nrings of 16777216\n"},
    {"jsonl:a,buffer=65537", "jsonl to a\nrings of 131072\n"},
    {"buffer=1G,buffer=64K", "rings of 65536\n"},
    {"when-full=block,when-full=drop", ""},
    {"jsonl:a,max=100M,keep=5", "jsonl to a, max 104857600, keep 5\n"},
    {"jsonl:a,max=7,text:b,max=2K", "jsonl to a, max 7\ntext to b, max 2048\n"},
    // Whatever is not understood costs only itself.
    {"when-full=wait",
     "! cannot read \"when-full=wait\": expected when-full=drop or when-full=block\n"},
    {"buffer=63K",
     "! cannot read \"buffer=63K\": expected buffer=SIZE from 64K to 1G, such as buffer=16M\n"},
    {"buffer=2G",
     "! cannot read \"buffer=2G\": expected buffer=SIZE from 64K to 1G, such as buffer=16M\n"},
    {"jsonl:a,max=0", "jsonl to a\n! cannot read \"max=0\": expected max=SIZE, such as max=100M\n"},
    {"jsonl:a,max=1T",
     "jsonl to a\n! cannot read \"max=1T\": expected max=SIZE, such as max=100M\n"},
    {"jsonl:a,max=99999999999999G",
     "jsonl to a\n! cannot read \"max=99999999999999G\": expected max=SIZE, such as max=100M\n"},
    {"stdout,max=1M",
     "text to stdout\n"
     "! \"max=1M\" follows no file: expected text:PATH or jsonl:PATH before it\n"},
    {"jsonl:a,keep=5",
     "jsonl to a, keep 5\n! keep without max says nothing: expected max=SIZE too\n"},
    {"jsonl:a,max=1M,ring:r",
     "jsonl to a\nring r\n"
     "! max and ring exclude each other: \"a\" is written in one file\n"},
    {"jsonn:a,stdout",
     "text to stdout\n"
     "! unknown log \"jsonn:a\": expected stdout, stderr, text:PATH, jsonl:PATH or ring:PATH\n"},
    {"STDOUT",
     "! unknown log \"STDOUT\": expected stdout, stderr, text:PATH, jsonl:PATH or ring:PATH\n"},
    {"1", "! unknown log \"1\": expected stdout, stderr, text:PATH, jsonl:PATH or ring:PATH\n"},
    {"jsonl:a.jsonl.gz",
     "jsonl to a.jsonl.gz\n"
     "! \"a.jsonl.gz\" is written as plain lines: expected .zst for compressed ones\n"},
    {"jsonl:", "! \"jsonl:\" names no file: expected jsonl:PATH\n"},
    {"text:", "! \"text:\" names no file: expected text:PATH\n"},
    {"jsonl:%q",
     "! unknown \"%q\" in \"jsonl:%q\": expected %p (process id) or %% (a percent sign)\n"},
    {"jsonl:a%",
     "! unknown \"%\" in \"jsonl:a%\": expected %p (process id) or %% (a percent sign)\n"},
    {"\x1b[2J",
     "! unknown log \"\\u{1b}[2J\": expected stdout, stderr, text:PATH, jsonl:PATH or ring:PATH\n"},
};

TEST(Environment, ReadsAListOfLogsAndSaysWhatIsWrongWithTheRest) {
  for (const Case& c : kCases) {
    SCOPED_TRACE(c.value);
    EXPECT_EQ(shown(parse_requests(c.value, 41)), c.want);
  }
}

TEST(Environment, PutsAWordBeforeWhatTellsTheFormat) {
  EXPECT_EQ(with_word("run.jsonl", "2"), "run.2.jsonl");
  EXPECT_EQ(with_word("a.b/run.jsonl.zst", "2"), "a.b/run.2.jsonl.zst");
  EXPECT_EQ(with_word("a.b/run", "2"), "a.b/run.2");
  EXPECT_EQ(with_word(".run", "2"), ".run.2");
  EXPECT_EQ(with_word("run.zst", "2"), "run.2.zst");
}

}  // namespace
}  // namespace ari::subscriber
