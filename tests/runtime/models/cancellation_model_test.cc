// CancellationTokens against a model of their tree: tokens, children, guards and waits that come
// and go in any order, parents before their children too.
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "runtime/ari.h"
#include "tests/runtime/models/alarm.h"
#include "tests/runtime/models/chances.h"
#include "tests/runtime/models/runs.h"
#include "tests/runtime/poll_once.h"

namespace ari {
namespace {

using namespace sync;
using test::boxed;
using test::take_any;

class CancellationRun {
 public:
  explicit CancellationRun(unsigned seed) : chances_(seed) {}

  Task<void> run(const test::Ledger* ledger) {
    for (int step = 0; step < 300; ++step) {
      if (tokens_.empty() || chances_.one_in(30))
        tokens_.push_back({add(nullptr), CancellationToken()});
      const std::size_t what = chances_.below(100);
      if (what < 35 && !waits_.empty()) {
        co_await polls(*waits_[chances_.below(waits_.size())]);
      } else {
        act(what, tokens_[chances_.below(tokens_.size())]);
      }
      co_await task::yield_now();
      check(*ledger);
      if (testing::Test::HasFailure()) co_return;
    }
  }

 private:
  struct Node {
    std::shared_ptr<Node> parent;  // there as long as one that comes from it
    bool is_cancelled_alone = false;
    bool is_cancelled() const {
      return is_cancelled_alone || (parent != nullptr && parent->is_cancelled());
    }
  };
  using Place = std::shared_ptr<Node>;
  struct Token {
    Place node;
    CancellationToken token;
  };
  struct Guard {
    Place node;
    CancellationGuard guard;
  };
  struct Wait {
    Place node;
    std::unique_ptr<Cancelled> cancelled;
    test::Alarm alarm;
    bool waits = false;
  };

  Place add(Place parent) {
    auto node = std::make_shared<Node>(std::move(parent));
    nodes_.push_back(node);
    return node;
  }

  Task<void> polls(Wait& wait) {
    const bool starved = chances_.one_in(6);
    const bool told = co_await test::poll_with(*wait.cancelled, wait.alarm, starved);
    EXPECT_EQ(told, !starved && wait.node->is_cancelled());
    wait.waits = wait.waits || !starved;
    if (told) std::erase_if(waits_, [&](const auto& each) { return each.get() == &wait; });
  }

  void act(std::size_t what, const Token& at) {
    if (what < 45) {
      waits_.push_back(std::unique_ptr<Wait>(
          new Wait{at.node, boxed([&] { return at.token.cancelled(); }), test::Alarm()}));
    } else if (what < 58) {
      CancellationToken child = at.token.child_token();
      tokens_.push_back({add(at.node), std::move(child)});
    } else if (what < 65) {
      tokens_.push_back(Token(at));
    } else if (what < 82) {
      take_any(tokens_, chances_);
    } else if (what < 85) {
      at.token.cancel();
      at.node->is_cancelled_alone = true;
    } else if (what < 88) {
      guards_.push_back(std::unique_ptr<Guard>(new Guard{at.node, at.token.drop_guard()}));
    } else if (what < 92) {
      if (guards_.empty()) return;
      const auto gone = take_any(guards_, chances_);
      if (chances_.one_in(2)) {
        tokens_.push_back({gone->node, gone->guard.disarm()});
      } else {
        gone->node->is_cancelled_alone = true;
      }
    } else if (what < 96) {
      const Token& other = tokens_[chances_.below(tokens_.size())];
      EXPECT_EQ(at.token == other.token, at.node == other.node);
    } else {
      if (!waits_.empty()) take_any(waits_, chances_);
    }
  }

  void check(const test::Ledger& ledger) {
    for (const Token& each : tokens_) {
      EXPECT_EQ(each.token.is_cancelled(), each.node->is_cancelled());
    }
    for (const auto& wait : waits_) {
      const bool is_over = wait->waits && wait->node->is_cancelled();
      EXPECT_TRUE(!is_over || wait->alarm.has_rung()) << "one who waits and was not told";
    }
    std::erase_if(nodes_, [](const auto& node) { return node.expired(); });
    ledger.expect_open_resources(nodes_.size());
    ledger.expect_open_ops("CancellationToken::cancelled", waits_.size());
  }

  test::Chances chances_;
  std::vector<std::weak_ptr<Node>> nodes_;
  std::vector<Token> tokens_;
  std::vector<std::unique_ptr<Guard>> guards_;
  std::vector<std::unique_ptr<Wait>> waits_;
};

TEST(CancellationModel, ReachesWhomTheModelSays) { test::runs<CancellationRun>(200); }

}  // namespace
}  // namespace ari
