// What is said of a command line that cannot be understood: the whole text.
#include <gtest/gtest.h>

#include "tests/cli/cli.h"

namespace ari::replay {
namespace {

struct Case {
  std::string arguments;
  std::string message;
  std::string help_of;  // the command whose help is pointed to
};

const std::string kOrders =
    "total, busy, scheduled, idle, polls, wakes, self-wakes, longest-poll, longest-scheduled, id, "
    "span, name, state, kind, location or created";
const std::string kLints =
    "self-wakes, lost-waker, never-yielded, auto-boxed-future, large-future, never-polled, "
    "long-poll, outlier-poll, long-scheduled, late-timer, redundant-wakes, task-leak, deadlock, "
    "budget-exhausted, blocked-worker or lock-held-across-long-wait";

const Case kCases[] = {
    {"",
     "a command is missing: summary, tasks, task, resources, resource, ops, waits, dump, tree, "
     "show, lint, explain, wakers, why, diff, timeline, metrics, report, convert, recover or "
     "completion",
     ""},
    {"taks x.log", "unknown command 'taks' (did you mean 'tasks'?)", ""},
    {"frobnicate x.log", "unknown command 'frobnicate'", ""},
    {"--versoin", "unknown option '--versoin' (did you mean '--version'?)", ""},
    {"tasks",
     "LOG is missing: the log to read, or several to be read as one; - is standard input; usage: "
     "ari-replay tasks LOG... "
     "[OPTION]...",
     "tasks"},
    {"task x.log",
     "ID is missing: a span id as in the log, a name, or span=7, name=worker, task.id=12, "
     "line=41; usage: ari-replay task LOG... ID [OPTION]...",
     "task"},
    {"explain deadlock b.log",
     "unexpected argument 'b.log'; usage: ari-replay explain LINT [OPTION]...", "explain"},
    // The value of an unknown option looks like an argument: the option is what is named.
    {"tasks --fromat json x.log", "unknown option '--fromat' (did you mean '--format'?)", "tasks"},
    {"tasks --fromat=json x.log", "unknown option '--fromat' (did you mean '--format'?)", "tasks"},
    {"tasks -x x.log", "unknown option '-x'", "tasks"},
    {"lint --grep x x.log", "unknown option '--grep'; it is an option of 'show'", "lint"},
    // Another command has it; what to type here is more to the point.
    {"timeline --at 1s x.log", "unknown option '--at'; 'timeline' takes --from and --to instead",
     "timeline"},
    {"waits --from 1s x.log", "unknown option '--from'; 'waits' takes --at instead", "waits"},
    {"tasks --format jsn x.log",
     "--format: unknown value 'jsn' (did you mean 'json'?); expected text or json", "tasks"},
    {"tasks x.log --from 1s --to 0.5s",
     "--to: that leaves nothing to look at: --from is after --to (or --at)", "tasks"},
    {"ops --at 2026-11-23T12:00:00Z --from 2026-11-23T12:00:01Z x.log",
     "--from: that leaves nothing to look at: --from is after --to (or --at)", "ops"},
    {"tasks x.log --format", "option '--format' needs a value: text or json", "tasks"},
    {"tasks --format= x.log", "option '--format' needs a value: text or json", ""},
    {"show x.log --grep", "option '--grep' needs a value: RE2", "show"},
    {"tasks --color sometimes x.log",
     "--color: unknown value 'sometimes'; expected auto, always or never", "tasks"},
    {"tasks --sort nmae x.log",
     "--sort: unknown value 'nmae' (did you mean 'name'?); expected " + kOrders, "tasks"},
    {"show --kind wakers x.log",
     "--kind: unknown value 'wakers' (did you mean 'waker'?); expected spawn, resource, async-op, "
     "poll, waker, poll-op, resource-state, async-op-state, span or event",
     "show"},
    {"lint --allow lostwaker x.log",
     "--allow: unknown value 'lostwaker' (did you mean 'lost-waker'?); expected no-tasks, " +
         kLints,
     "lint"},
    {"lint --deny all x.log",
     "--deny: unknown value 'all'; expected definite, provisional, refuted, none, " + kLints,
     "lint"},
    {"lint --format xml x.log",
     "--format: unknown value 'xml'; expected text, json, sarif or github", "lint"},
    {"lint x.log --format", "option '--format' needs a value: text, json, sarif or github", "lint"},
    {"tasks --format sarif x.log", "--format: unknown value 'sarif'; expected text or json",
     "tasks"},
    {"lint --limit long-poll x.log", "--limit: expected LINT=LIMIT, found 'long-poll'", "lint"},
    {"lint --limit longpoll=1ms x.log",
     "--limit: unknown value 'longpoll' (did you mean 'long-poll'?); expected " + kLints, "lint"},
    {"lint --limit long-poll=20 x.log",
     "--limit: '20' is no limit here: expected a time such as 20ms (ns, us, ms, s, m or h)",
     "lint"},
    {"lint --limit large-future=2kB x.log",
     "--limit: '2kB' is no limit here: expected a number of bytes such as 2048", "lint"},
    {"lint --limit self-wakes=60x x.log",
     "--limit: '60x' is no limit here: expected a percentage such as 60%", "lint"},
    {"lint --limit auto-boxed-future=1 x.log", "--limit: 'auto-boxed-future' has no limit", "lint"},
    {"lint --limit self-wakes=101% x.log",
     "--limit: '101%' is no limit here: never is it more than 100%", "lint"},
    {"timeline --from 4ms --to 1ms x.log",
     "--to: that leaves nothing to look at: --from is after --to (or --at)", "timeline"},
    {"show --to 1ms --from 4ms x.log",
     "--to: that leaves nothing to look at: --from is after --to (or --at)", "show"},
    {"convert --to jsonl -o run.jsonl.gz x.log",
     "--output: 'run.jsonl.gz': gzip is not written; a name that ends in .zst is compressed",
     "convert"},
    {"lint --config '' x.log", "--config: expected the name of a file", "lint"},
    {"explain",
     "LINT is missing: the name of a lint, as lint --help lists them; usage: ari-replay explain "
     "LINT [OPTION]...",
     "explain"},
    {"explain deadlok",
     "LINT: unknown value 'deadlok' (did you mean 'deadlock'?); expected " + kLints, "explain"},
    {"show --grep '(' x.log", "--grep: '(' is no RE2 pattern: missing ): (", "show"},
    {"show --span x x.log", "--span: 'x' is no whole number from 0 on", "show"},
    {"show --span 18446744073709551616 x.log",
     "--span: '18446744073709551616' is no whole number from 0 on", "show"},
    {"show -C-1 x.log", "--context: '-1' is no whole number from 0 on", "show"},
    {"show --from yesterday x.log",
     "--from: 'yesterday' is no time: it does not begin with a number; expected an instant such as "
     "2026-11-23T12:34:17.95Z, or a time from the log's start such as 1.5s (ns, us, ms, s, m or h)",
     "show"},
    {"tasks --at soon x.log",
     "--at: 'soon' is no time: it does not begin with a number; expected an instant such as "
     "2026-11-23T12:34:17.95Z, or a time from the log's start such as 1.5s (ns, us, ms, s, m or h)",
     "tasks"},
    {"convert --semantics console x.log", "option '--semantics' means nothing to 'convert'",
     "convert"},
    {"convert --at 1s x.log", "unknown option '--at'; it is an option of 'summary'", "convert"},
    {"tasks --where 'busy > 3' x.log",
     "--where: column 8: expected a duration such as 1.5ms (ns, us, ms, s, m or h), but it has no "
     "unit, found '3'\n  busy > 3\n         ^",
     "tasks"},
    {"diff a.log",
     "B is missing: the log to judge; one of both may be -, standard input; usage: ari-replay "
     "diff A B [OPTION]...",
     "diff"},
    {"diff - -", "A and B cannot both be standard input", "diff"},
    {"diff --threshold 10 a.log b.log",
     "--threshold: '10' is no threshold: expected a whole percentage such as 10%", "diff"},
    {"diff --threshold=-5% a.log b.log",
     "--threshold: '-5%' is no threshold: expected a whole percentage such as 10%", "diff"},
    {"resource x.log",
     "ID is missing: a span id as in the log, a type, or span=7, type=Mutex, line=41; usage: "
     "ari-replay resource LOG... ID [OPTION]...",
     "resource"},
    {"resource x.log line=x", "ID: 'line=x': expected a number after '='", "resource"},
    {"task x.log task.id=x", "ID: 'task.id=x': expected a number after '='", "task"},
    {"tasks ''", "LOG: expected the name of a file", "tasks"},
    {"completion ksh",
     "SHELL: unknown value 'ksh' (did you mean 'zsh'?); expected bash, zsh or fish", "completion"},
    // What was typed is repeated without its power over a terminal.
    {"\"$(printf '\\033[31mred')\"", "unknown command '\\x1b[31mred'", ""},
};

TEST(Usage, SaysWhatIsWrongAndWhereToLook) {
  for (const Case& c : kCases) {
    SCOPED_TRACE("ari-replay " + c.arguments);
    const test::Ran ran = run_replay(c.arguments);
    EXPECT_EQ(ran.exit_code, 2);
    EXPECT_EQ(ran.out, "");
    EXPECT_EQ(ran.err, "ari-replay: " + c.message + "\n  try 'ari-replay" +
                           (c.help_of.empty() ? "" : " " + c.help_of) + " --help'\n");
  }
}

TEST(Usage, OptionsMayStandAnywhere) {
  const std::string want = run_replay("tasks --format json " + kSoundLog).out;
  ASSERT_FALSE(want.empty());
  for (const std::string& arguments :
       {"--format json tasks " + kSoundLog, "tasks " + kSoundLog + " --format=json",
        "--format=text tasks --format json " + kSoundLog,  // the last one counts
        "tasks --format json -- " + kSoundLog}) {
    EXPECT_EQ(run_replay(arguments).out, want) << arguments;
  }
}

// A log or a task may be called like a command.
TEST(Usage, AnArgumentIsNoCommand) {
  const test::Ran ran = run_replay("task " + kSoundLog + " lint");
  EXPECT_EQ(ran.exit_code, 2);
  EXPECT_TRUE(ran.err.starts_with("ari-replay: no task 'lint'")) << ran.err;
  EXPECT_EQ(run_replay("tasks show").err, "ari-replay: show: no such file\n");
}

}  // namespace
}  // namespace ari::replay
