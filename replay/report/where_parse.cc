// A parser by recursive descent, one function for each rule of the grammar in where.h. The
// first error ends it: it is kept, and every function returns null from then on.
#include <fmt/format.h>

#include <charconv>
#include <limits>

#include "replay/report/display_width.h"
#include "replay/report/edit_distance.h"
#include "replay/report/parse_duration.h"
#include "replay/report/where_node.h"
#include "replay/report/words.h"

namespace ari::replay {

namespace {

using Node = Where::Node;
using NodePtr = std::shared_ptr<const Node>;

constexpr std::string_view kSigns[] = {"!=", "<=", ">=", "!~", "=", "<", ">", "~", "(", ")"};
constexpr int kDeepest = 200;  // parentheses and nots inside each other

struct Token {
  enum class Kind : std::uint8_t { kEnd, kSign, kWord, kQuoted, kUnclosed };
  Kind kind = Kind::kEnd;
  std::size_t at = 0;  // byte in the text
  std::string text;    // of kQuoted what is between the quotes

  bool is_sign(std::string_view sign) const { return kind == Kind::kSign && text == sign; }
  bool is_word(std::string_view word) const { return kind == Kind::kWord && text == word; }
  bool is_value() const { return kind == Kind::kWord || kind == Kind::kQuoted; }
};

class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  Token next() {
    while (at_ < text_.size() && is_blank(text_[at_])) ++at_;
    Token token{.at = at_};
    if (at_ == text_.size()) return token;
    if (text_[at_] == '"') return quoted(std::move(token));
    if (const std::string_view sign = sign_here(); !sign.empty()) {
      token.kind = Token::Kind::kSign;
      token.text = sign;
      at_ += sign.size();
      return token;
    }
    token.kind = Token::Kind::kWord;
    while (at_ < text_.size() && is_word_character()) token.text += text_[at_++];
    return token;
  }

 private:
  static bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n'; }

  std::string_view sign_here() const {
    for (const std::string_view sign : kSigns) {
      if (text_.substr(at_).starts_with(sign)) return sign;
    }
    return {};
  }

  // A "!" that begins no sign is part of a word, and so an unknown field or value.
  bool is_word_character() const {
    return !is_blank(text_[at_]) && text_[at_] != '"' && sign_here().empty();
  }

  Token quoted(Token token) {
    token.kind = Token::Kind::kUnclosed;
    for (++at_; at_ < text_.size(); ++at_) {
      const char c = text_[at_];
      if (c == '"') {
        ++at_;
        token.kind = Token::Kind::kQuoted;
        return token;
      }
      const bool escapes =
          c == '\\' && at_ + 1 < text_.size() && (text_[at_ + 1] == '"' || text_[at_ + 1] == '\\');
      token.text += escapes ? text_[++at_] : c;
    }
    return token;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

// A whole number of at most 64 bits, with or without a sign and a unit.
std::optional<WhereNumber> parse_count(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  std::uint64_t digits = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, digits);
  if (error != std::errc()) return std::nullopt;
  const std::string_view name(stop, static_cast<std::size_t>(end - stop));
  WhereNumber unit = 1;
  if (name == "k") unit = 1'000;
  if (name == "M") unit = 1'000'000;
  if (name == "G") unit = 1'000'000'000;
  if (!name.empty() && unit == 1) return std::nullopt;
  return (negative ? -unit : unit) * WhereNumber{digits};
}

class WhereParser {
 public:
  explicit WhereParser(std::string_view text) : text_(text), lexer_(text), token_(lexer_.next()) {}

  Result<Where> parse() {
    NodePtr root = expression();
    if (root != nullptr && token_.kind != Token::Kind::kEnd) {
      refuse(token_, token_.is_sign(")") ? "expected the end, as no parenthesis is open"
                                         : "expected and, or, or the end");
    }
    if (error_) return *error_;
    return Where(std::move(root));
  }

 private:
  void advance() { token_ = lexer_.next(); }

  // Remembers what is wrong at the token, if it is the first thing. False.
  bool refuse(const Token& token, const std::string& expected, bool found = true) {
    if (error_) return false;
    const std::string column = fmt::format("column {}: ", token.at + 1);
    const std::string what = found ? ", found " + found_text(token) : "";
    const std::string before = escaped(text_.substr(0, token.at));
    error_ = Error{fmt::format("{}{}{}\n  {}\n  {}^", column, expected, what, escaped(text_),
                               std::string(display_width(before), ' '))};
    return false;
  }

  static std::string found_text(const Token& token) {
    if (token.kind == Token::Kind::kEnd) return "the end";
    if (token.kind == Token::Kind::kUnclosed) return "a quote that is not closed";
    return fmt::format("'{}'", escaped(token.text));
  }

  NodePtr joined(Node::Kind kind, NodePtr left, NodePtr right) {
    if (left == nullptr || right == nullptr) return nullptr;
    auto node = std::make_shared<Node>();
    node->kind = kind;
    node->left = std::move(left);
    node->right = std::move(right);
    return node;
  }

  NodePtr expression() {
    NodePtr node = conjunction();
    while (node != nullptr && token_.is_word("or")) {
      advance();
      node = joined(Node::Kind::kOr, std::move(node), conjunction());
    }
    return node;
  }

  NodePtr conjunction() {
    NodePtr node = term();
    while (node != nullptr && token_.is_word("and")) {
      advance();
      node = joined(Node::Kind::kAnd, std::move(node), term());
    }
    return node;
  }

  NodePtr term() {
    if (depth_ > kDeepest)
      return refuse(token_, "expected fewer terms inside each other", false), nullptr;
    if (token_.is_word("not")) {
      advance();
      ++depth_;
      NodePtr inner = term();
      --depth_;
      if (inner == nullptr) return nullptr;
      auto node = std::make_shared<Node>();
      node->kind = Node::Kind::kNot;
      node->left = std::move(inner);
      return node;
    }
    return token_.is_sign("(") ? parenthesised() : comparison();
  }

  NodePtr parenthesised() {
    const Token open = token_;
    advance();
    ++depth_;
    NodePtr node = expression();
    --depth_;
    if (node == nullptr) return nullptr;
    if (!token_.is_sign(")")) {
      return refuse(token_,
                    fmt::format("expected and, or, or the ) to the ( in column {}", open.at + 1)),
             nullptr;
    }
    advance();
    return node;
  }

  NodePtr comparison() {
    auto node = std::make_shared<Node>();
    node->kind = Node::Kind::kCompare;
    if (!field(*node) || !comparison_sign(*node) || !value(*node)) return nullptr;
    return node;
  }

  bool field(Node& node) {
    const bool is_keyword = token_.is_word("and") || token_.is_word("or");
    if (token_.kind != Token::Kind::kWord || is_keyword) {
      return refuse(token_, "expected a field, not, or (");
    }
    std::vector<std::string_view> names;
    for (const WhereField& known : where_fields()) {
      names.push_back(known.name);
      if (known.name == token_.text) node.field = &known;
    }
    if (node.field == nullptr) {
      if (!token_.text.starts_with(kOtherField) || token_.text.size() == kOtherField.size()) {
        return refuse(token_,
                      fmt::format("unknown field '{}'{}", escaped(token_.text),
                                  did_you_mean(token_.text, names)),
                      false);
      }
      node.other = token_.text.substr(kOtherField.size());
    }
    advance();
    return true;
  }

  bool comparison_sign(Node& node) {
    constexpr std::pair<std::string_view, Comparison> kComparisons[] = {
        {"=", Comparison::kEqual},   {"!=", Comparison::kUnequal},
        {"<", Comparison::kLess},    {"<=", Comparison::kLessOrEqual},
        {">", Comparison::kGreater}, {">=", Comparison::kGreaterOrEqual},
        {"~", Comparison::kMatches}, {"!~", Comparison::kMatchesNot},
    };
    for (const auto& [sign, comparison] : kComparisons) {
      if (!token_.is_sign(sign)) continue;
      node.comparison = comparison;
      advance();
      return true;
    }
    return refuse(token_, "expected =, !=, <, <=, >, >=, ~ or !~");
  }

  static WhereType type_of(const Node& node) {
    return node.field != nullptr ? node.field->type : WhereType::kAny;
  }

  bool value(Node& node) {
    if (!token_.is_value()) return refuse(token_, "expected a value");
    node.text = token_.text;
    const bool matches =
        node.comparison == Comparison::kMatches || node.comparison == Comparison::kMatchesNot;
    if (!(matches ? pattern(node) : plain_value(node))) return false;
    advance();
    return true;
  }

  bool pattern(Node& node) {
    const WhereType type = type_of(node);
    if (type == WhereType::kDuration || type == WhereType::kCount) {
      return refuse(
          token_,
          fmt::format("expected <, =, > or such, as {} is no text: found ~", node.field->name),
          false);
    }
    auto compiled = std::make_shared<re2::RE2>(node.text, re2::RE2::Quiet);
    if (!compiled->ok()) {
      return refuse(token_, "expected an RE2 pattern: " + escaped(compiled->error()), false);
    }
    node.pattern = std::move(compiled);
    return true;
  }

  bool plain_value(Node& node) {
    switch (type_of(node)) {
      case WhereType::kText:
        return true;
      case WhereType::kWord:
        return known_word(node);
      case WhereType::kDuration: {
        const Result<std::int64_t> duration = parse_duration(node.text);
        if (!duration.has_value()) {
          return refuse(token_, fmt::format("expected a duration such as 1.5ms ({}), but {}",
                                            kDurationUnits, duration.error().message));
        }
        node.number = duration.value();
        return true;
      }
      case WhereType::kCount:
        node.number = parse_count(node.text);
        if (node.number) return true;
        return refuse(token_, "expected a whole number such as 12 or 10k (k, M or G)");
      case WhereType::kAny:
        node.number = parse_count(node.text);
        return true;
    }
    return true;
  }

  bool known_word(const Node& node) {
    const std::vector<std::string_view> words = node.field->words();
    for (const std::string_view word : words) {
      if (word == node.text) return true;
    }
    return refuse(token_,
                  fmt::format("expected one of {}, found '{}'{}", fmt::join(words, ", "),
                              escaped(node.text), did_you_mean(node.text, words)),
                  false);
  }

  std::string_view text_;
  Lexer lexer_;
  Token token_;
  int depth_ = 0;
  std::optional<Error> error_;
};

}  // namespace

Result<Where> parse_where(std::string_view text) { return WhereParser(text).parse(); }

}  // namespace ari::replay
