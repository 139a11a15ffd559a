// The report page: what is in the file, and what a browser shows of it.
#include "replay/page/page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <simdjson.h>

#include <fstream>

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
                      "{}\n"};
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
  std::string dom(const std::string& log, const std::string& fragment = "") {
    const std::string page = dir_.path() + "/report.html";
    const test::Ran made = test::run(
        ARI_BIN_DIR "/ari-replay report '" + log + "' --output " + page, ARI_TESTDATA "/captures");
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

// Span ids are beyond what a JavaScript number holds.
TEST_F(InBrowser, ShowsIdsInFull) {
  const std::string log = dir_.path() + "/run.log";
  std::ofstream(log)
      << "2026-11-23T12:34:17.000000Z TRACE runtime.spawn[9007199254740993]{kind=task, "
         "task.name=a, task.id=1} new\n";
  EXPECT_THAT(between(dom(log), "<tbody>", "</tbody>"), HasSubstr(">9007199254740993<"));
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
