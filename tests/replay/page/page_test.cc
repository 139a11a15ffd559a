// The report page: what is in the file, and what a browser shows of it.
#include "replay/page/page.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <simdjson.h>

#include <fstream>
#include <iomanip>

#include "tests/support/run.h"

namespace ari::replay {
namespace {

using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

std::string between(const std::string& text, const std::string& from, const std::string& to) {
  const std::size_t begin = text.find(from) + from.size();
  return text.substr(begin, text.find(to, begin) - begin);
}

TEST(Page, HoldsTheReportsAsJsonThatCannotEndItsScript) {
  const PageData data{"{\"a\":\"</script><!--\"}\n", "{\"b\":\"@SCRIPT@ @DATA@\"}\n", "{}\n",
                      "{}\n", "{}\n"};
  std::string page;
  append_page(data, page);
  EXPECT_THAT(page, AllOf(StartsWith("<!doctype html>\n"), EndsWith("</html>\n"),
                          Not(HasSubstr("http://")), Not(HasSubstr("https://"))));
  const std::string json = between(page, "id=\"data\">", "</script>");
  EXPECT_THAT(json, Not(HasSubstr("<")));
  simdjson::dom::parser parser;
  const simdjson::dom::element root = parser.parse(json);
  EXPECT_EQ(root["summary"]["a"].get_string().value(), "</script><!--");
  EXPECT_EQ(root["tasks"]["b"].get_string().value(), "@SCRIPT@ @DATA@");
}

// The report of a log as a browser has it once the script has run.
class InBrowser : public testing::Test {
 protected:
  std::string dom(const std::string& log, const std::string& fragment = "",
                  const std::string& options = "") {
    const std::string page = dir_.path() + "/report.html";
    const test::Ran made =
        test::run(ARI_BIN_DIR "/ari-replay report '" + log + "' " + options + " --output " + page,
                  ARI_TESTDATA "/captures");
    EXPECT_EQ(made.exit_code, 0) << made.err;
    return test::run("HOME=" + dir_.path() +
                         " chromium --headless=new --no-sandbox --disable-gpu --dump-dom "
                         "--virtual-time-budget=5000 'file://" +
                         page + fragment + "'",
                     dir_.path())
        .out;
  }

  test::TempDir dir_;
};

TEST_F(InBrowser, ShowsTasksFindingsAndCoverage) {
  const std::string shown = dom("lost-waker/console-record.jsonl");
  EXPECT_THAT(between(shown, "<ul id=\"coverage\">", "</ul>"),
              AllOf(HasSubstr("86 events in 87 lines"), HasSubstr("the format does not tell: ")));
  EXPECT_THAT(
      between(shown, "<div id=\"findings\">", "</section>"),
      AllOf(HasSubstr("lost-waker"), HasSubstr("sleep once [7]"), Not(HasSubstr("healthy"))));
  const std::string tasks = between(shown, "<tbody>", "</tbody>");
  EXPECT_THAT(tasks, AllOf(HasSubstr("sleep once"), HasSubstr("healthy"), HasSubstr("completed")));
  EXPECT_THAT(shown, HasSubstr("5 of 5"));
}

TEST_F(InBrowser, ALinkLeadsToATask) {
  const std::string shown = dom("lost-waker/console-record.jsonl", "#span=7");
  EXPECT_THAT(between(shown, "<dialog", "</dialog>"),
              AllOf(HasSubstr("<h2>sleep once [7]</h2>"), HasSubstr("lost its last waker"),
                    HasSubstr("Polls (1)")));  // its destruction is none
}

std::size_t times(const std::string& part, const std::string& whole) {
  std::size_t count = 0;
  for (std::size_t at = whole.find(part); at != whole.npos; at = whole.find(part, at + 1)) ++count;
  return count;
}

// Former bug: the finding was on the page of one of them only.
TEST_F(InBrowser, ADeadlockIsOnThePageOfEachTaskInIt) {
  EXPECT_THAT(between(dom("deadlock/ari-subscriber.log", "#span=11"), "<dialog", "</dialog>"),
              AllOf(HasSubstr("<h2>left [11]</h2>"), HasSubstr("waits for Mutex [7]"),
                    HasSubstr(">right [12]</button>")));
}

TEST_F(InBrowser, DrawsACircleOfTasksAndLocks) {
  const std::string shown = dom("deadlock/ari-subscriber.log", "", "--at 150ms");
  const std::string waits = between(shown, "<div id=\"waits\">", "</section>");
  EXPECT_THAT(waits, AllOf(HasSubstr("Deadlock: right [12] → left [11] → right [12]"),
                           HasSubstr(">Mutex [7]<"), HasSubstr(">Mutex [9]<")));
  EXPECT_EQ(times("class=\"node waiter bad", waits), 2u);
  EXPECT_EQ(times("class=\"node lock bad", waits), 2u);
  EXPECT_EQ(times("class=\"edge bad\"", waits), 4u);
  EXPECT_EQ(times("class=\"edge good\"", waits), 0u);
  EXPECT_THAT(between(waits, "<tbody>", "</tbody>"), HasSubstr("Sleep::new_timeout"));
  EXPECT_THAT(shown, HasSubstr("as of 2026-11-23T12:34:27.948747000Z"));
}

// A task that joins one that wants its lock, and others that join and are in no circle.
TEST_F(InBrowser, DrawsWhoJoinsWhom) {
  const std::string shown = dom(ARI_TESTDATA "/joins.jsonl");
  const std::string waits = between(shown, "<div id=\"waits\">", "</section>");
  EXPECT_THAT(waits, AllOf(HasSubstr("Deadlock: child [16] → parent [5] → child [16], each waits "
                                     "for the next one's lock or end"),
                           HasSubstr(">any of<"), HasSubstr(">joins<")));
  EXPECT_EQ(times("class=\"node waiter bad", waits), 2u);
  EXPECT_EQ(times("class=\"edge bad\"", waits), 3u);   // child → Mutex → parent → child
  EXPECT_EQ(times("class=\"edge good\"", waits), 3u);  // block_on → parent, collector → both
  EXPECT_THAT(between(waits, "<tbody>", "</tbody>"),
              AllOf(HasSubstr("any of 2: "), HasSubstr(">fetch [9]</button>"),
                    HasSubstr(">parent [5]</button></td><td>runtime/examples/joins.cc:41:56")));
  EXPECT_EQ(times("<title>fetch [9]", waits), 1u) << "one box for each task";
}

// Forty tasks on one lock: its holder, some of them, and one box for the rest.
TEST_F(InBrowser, DrawsOneBoxForManyThatWaitForTheSame) {
  const std::string log = dir_.path() + "/run.log";
  std::ofstream out(log);
  const auto line = [&](int ms, const std::string& rest) {
    out << "2026-11-23T12:34:17." << std::setw(3) << std::setfill('0') << ms << "000Z TRACE "
        << rest << '\n';
  };
  const std::string lock = "runtime.resource[900]{concrete_type=\"Mutex\", kind=\"Sync\"}";
  line(1, lock + " new");
  for (int i = 1; i <= 41; ++i) {
    const std::string task =
        fmt::format("runtime.spawn[{}]{{kind=task, task.name=w, task.id={}}}", i, i);
    const std::string op =
        lock + fmt::format(" runtime.resource.async_op[{}]{{source=\"Mutex::lock\"}}", 1000 + i);
    const std::string poll = op + fmt::format(" runtime.resource.async_op.poll[{}]{{}}", 2000 + i);
    const char* ready = i == 1 ? "true" : "false";
    line(2, task + " new");
    line(2, task + " enter");
    for (const std::string& span : {op, poll}) line(2, span + " new");
    for (const std::string& span : {lock, op, poll}) line(3, span + " enter");
    line(3, poll + " runtime::resource::poll_op: op_name=\"poll_lock\", is_ready=" + ready);
    for (const std::string& span : {poll, op, lock}) line(3, span + " exit");
    if (i == 1) {
      for (const std::string& span : {poll, op}) line(4, span + " close");
    }
    line(5, task + " exit");
  }
  out.close();
  const std::string waits = between(dom(log), "<div id=\"waits\">", "</section>");
  EXPECT_THAT(waits, HasSubstr("35 more tasks"));
  EXPECT_EQ(times("class=\"node waiter", waits), 7u);  // the holder, five, and the rest
  EXPECT_EQ(times("class=\"edge good\"", waits), 7u);
}

TEST_F(InBrowser, SaysWhereNobodyWaitsAndWhatIsNotTold) {
  EXPECT_THAT(
      between(dom("deadlock/ari-subscriber.log"), "<div id=\"waits\">", "</section>"),
      AllOf(HasSubstr("nobody waits"), Not(HasSubstr("<title")),
            HasSubstr("A deadlock of right [12], left [11] stood for 178ms and came undone: "
                      "--at 114.525ms shows it")));
  EXPECT_THAT(dom("deadlock/console-record.jsonl"), HasSubstr("does not tell of resources."));
}

// Former bugs: digits that a clock of microseconds did not measure; no timer among the delays; a
// place was cut where its file and line stand.
TEST_F(InBrowser, ShowsFiguresAsTheTextViewsDo) {
  const std::string shown = dom("deadlock/ari-subscriber.log");
  EXPECT_THAT(between(shown, "<section id=\"overview\"", "</section>"),
              HasSubstr("<b>1.19ms</b><span>latest timer</span>"));
  const std::string tasks = between(shown, "<tbody>", "</tbody>");
  const std::string text =
      test::run("COLUMNS=200 " ARI_BIN_DIR "/ari-replay tasks deadlock/ari-subscriber.log",
                ARI_TESTDATA "/captures")
          .out;
  for (const char* figure : {">70µs<", ">46µs<"}) {
    EXPECT_THAT(tasks, HasSubstr(figure));
    EXPECT_THAT(text, HasSubstr(std::string(figure).substr(1, std::string(figure).size() - 2)));
  }
  EXPECT_THAT(tasks, HasSubstr(">registry/…/worker.rs:515:13<"));
}

// Span ids are beyond what a JavaScript number holds.
TEST_F(InBrowser, ShowsIdsInFull) {
  const std::string log = dir_.path() + "/run.log";
  std::ofstream(log)
      << "2026-11-23T12:34:17.000000Z TRACE runtime.spawn[9007199254740993]{kind=task, "
         "task.name=a, task.id=1} new\n";
  EXPECT_THAT(between(dom(log), "<tbody>", "</tbody>"), HasSubstr(">9007199254740993<"));
}

// A name that turns the line round, one with an escape, one that cannot be seen.
TEST_F(InBrowser, ShowsWhatCannotBeSeenByItsNumber) {
  const std::string log = dir_.path() + "/run.jsonl";
  std::ofstream file(log);
  int id = 0;
  for (const char* name :
       {"a\\u202eb", "\\u001b[31mred", "   ", "\\ud83d\\udc68\\u200d\\ud83d\\udc69"}) {
    file << fmt::format(
        "{{\"at\":\"2026-11-23T12:34:17.000000000Z\",\"k\":\"new\",\"th\":1,\"id\":{},"
        "\"name\":\"runtime.spawn\",\"target\":\"ari::task\","
        "\"fields\":{{\"kind\":\"task\",\"task.name\":\"{}\"}}}}\n",
        ++id, name);
  }
  file.close();
  const std::string shown = between(dom(log), "<table id=\"tasks\">", "</table>");
  EXPECT_THAT(shown, AllOf(HasSubstr(">a\\u{202e}b<"), HasSubstr(">\\u{1b}[31mred<"),
                           HasSubstr(">(task)<"), HasSubstr("\U0001F468\u200D\U0001F469"),
                           Not(HasSubstr("\u202E")), Not(HasSubstr("\x1b"))));
}

TEST_F(InBrowser, TextOfTheLogNeverBecomesMarkup) {
  const std::string log = dir_.path() + "/run.log";
  const std::string evil = "</script><script>document.title='owned'</script><img src=x>";
  std::ofstream(log) << "2026-11-23T12:34:17.000000Z TRACE runtime.spawn[1]{kind=task, task.name=" +
                            evil + ", task.id=1, loc.file=\"<b>\", loc.line=1, loc.col=1} new\n";
  const std::string shown = dom(log, "#span=1");
  EXPECT_EQ(between(shown, "<title>", "</title>"), "ari: " + log);
  EXPECT_THAT(
      shown, AllOf(Not(HasSubstr("<img")), Not(HasSubstr("<b>:")), HasSubstr("&lt;img src=x&gt;")));
}

}  // namespace
}  // namespace ari::replay
