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
}

namespace {

std::string shown(const Requests& requests) {
  std::string out;
  for (const LogRequest& log : requests.logs) {
    out += testing::PrintToString(log) + "\n";
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
    {"ring:a,ring:b", "ring b\n"},
    {"ring:", "! \"ring:\" names no file: expected ring:PATH\n"},
    // Whatever is not understood costs only itself.
    {"jsonn:a,stdout",
     "text to stdout\n"
     "! unknown log \"jsonn:a\": expected stdout, stderr, text:PATH, jsonl:PATH or ring:PATH\n"},
    {"STDOUT",
     "! unknown log \"STDOUT\": expected stdout, stderr, text:PATH, jsonl:PATH or ring:PATH\n"},
    {"1", "! unknown log \"1\": expected stdout, stderr, text:PATH, jsonl:PATH or ring:PATH\n"},
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

}  // namespace
}  // namespace ari::subscriber
