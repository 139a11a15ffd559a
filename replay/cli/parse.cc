// CLI11 takes the arguments apart: long and short options, `--name=value`, `--`, options
// before and after the command. Messages are ours, since its own do not say what else
// could have been typed.
#include "replay/cli/parse.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <optional>

#include "replay/cli/help.h"
#include "replay/cli/make_option.h"
#include "replay/report/edit_distance.h"
#include "replay/report/words.h"

namespace ari::replay {

namespace {

// The values that were given for one option or argument.
struct Given {
  const OptionSpec* option = nullptr;
  const ArgumentSpec* argument = nullptr;
  CLI::Option* parsed = nullptr;
  // Arguments behind one that may be repeated have their words in its list, one each.
  std::size_t fixed = 0;   // how many such arguments the list has words for
  std::size_t behind = 0;  // how many arguments stand behind this one
  bool in_list = false;

  // What was given for it.
  std::vector<std::string> words() const {
    if (parsed->empty()) return {};
    std::vector<std::string> all = parsed->reduced_results();
    if (!in_list) return all;
    // The first word is of the argument that may be repeated, even if others go short.
    const std::size_t repeated = std::max<std::size_t>(1, all.size() - std::min(fixed, all.size()));
    if (argument->repeatable) {
      all.resize(repeated);
      return all;
    }
    const std::size_t at = repeated + fixed - 1 - behind;
    return at < all.size() ? std::vector{all[at]} : std::vector<std::string>();
  }
};

class CommandLineParser {
 public:
  explicit CommandLineParser(const ProgramSpec& program) : program_(program) {
    // Nothing is required as far as CLI11 knows, and what it does not know is kept: so all
    // checks are made below, in the order in which their messages help most.
    app_.allow_extras();
    app_.fallthrough();  // common options may stand after the command
    app_.require_subcommand(0, 1);
    app_.set_help_flag();
    app_.add_flag("-h,--help", help_);
    app_.add_flag("--version", version_);
    for (const OptionSpec& option : program.common) declare(app_, option);
    for (const CommandSpec& command : program.commands) {
      CLI::App& sub = *app_.add_subcommand(std::string(command.name));
      sub.allow_extras();
      sub.set_help_flag();
      for (const OptionSpec& option : command.options) {
        if (find_option(program.common, option.name) == nullptr) declare(sub, option);
      }
      declare(sub, command.arguments);
    }
  }

  Parsed parse(std::vector<std::string> arguments) {
    if (auto message = check_empty_values(arguments)) return UsageError{*message, {}};
    std::reverse(arguments.begin(), arguments.end());  // CLI11 wants the first one last
    try {
      app_.parse(std::move(arguments));
    } catch (const CLI::ArgumentMismatch& mismatch) {
      return wrong(missing_value(mismatch.what()));
    } catch (const CLI::ParseError& error) {
      return wrong(escaped(error.what()));
    }
    if (version_) return Answer{version_text()};
    if (help_) return Answer{help()};
    if (auto message = check_extras()) return wrong(*message);
    if (command() == nullptr) return wrong("a command is missing: " + either(command_names()));
    if (auto message = check_common()) return wrong(*message);
    if (auto message = check_arguments()) return wrong(*message);
    if (auto message = take_all()) return wrong(*message);
    return command();
  }

 private:
  void declare(CLI::App& app, const OptionSpec& option) {
    std::string names(option.name);
    if (!option.short_name.empty()) names.insert(0, std::string(option.short_name) + ",");
    CLI::Option* parsed = option.is_flag()
                              ? app.add_flag(names)
                              : app.add_option(names)->expected(1)->allow_extra_args(false);
    parsed->multi_option_policy(option.repeatable ? CLI::MultiOptionPolicy::TakeAll
                                                  : CLI::MultiOptionPolicy::TakeLast);
    given_.push_back({&option, nullptr, parsed, 0, 0, false});
  }

  void declare(CLI::App& app, const std::vector<ArgumentSpec>& arguments) {
    CLI::Option* list = nullptr;
    std::size_t fixed = 0;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
      const std::size_t behind = arguments.size() - 1 - i;
      CLI::Option* parsed = list;
      if (list == nullptr) parsed = app.add_option(std::string(arguments[i].name));
      if (arguments[i].repeatable) {
        list = parsed->expected(1, -1)->allow_extra_args();
        list->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
        fixed = behind;
      }
      given_.push_back({nullptr, &arguments[i], parsed, fixed, behind, list != nullptr});
    }
  }

  // The command's own option if it has one of that name: it stands in the common one's place.
  const OptionSpec& meant(const OptionSpec& option) const {
    if (command() == nullptr) return option;
    const OptionSpec* own = find_option(command()->options, option.name);
    return own != nullptr ? *own : option;
  }

  const CommandSpec* command() const {
    const auto subcommands = app_.get_subcommands();
    if (subcommands.empty()) return nullptr;
    const auto found =
        std::find_if(program_.commands.begin(), program_.commands.end(),
                     [&](const CommandSpec& c) { return c.name == subcommands[0]->get_name(); });
    return &*found;
  }

  std::vector<std::string_view> command_names() const {
    std::vector<std::string_view> names;
    for (const CommandSpec& c : program_.commands) names.push_back(c.name);
    return names;
  }

  std::string help() const {
    return command() == nullptr ? program_help(program_) : command_help(program_, *command());
  }

  UsageError wrong(std::string message) const {
    return {std::move(message), command() == nullptr ? "" : std::string(command()->name)};
  }

  // The options that could have been given.
  std::vector<std::string_view> option_names() const {
    std::vector<std::string_view> names = {"--help", "--version"};
    for (const OptionSpec& option : program_.common) names.push_back(option.name);
    if (command() == nullptr) return names;
    for (const OptionSpec& option : command()->options) {
      if (find_option(program_.common, option.name) == nullptr) names.push_back(option.name);
    }
    return names;
  }

  // What the command has instead of another's option for times: "; 'timeline' takes --from and
  // --to".
  std::string times_taken(std::string_view name) const {
    constexpr std::array<std::string_view, 3> kTimes = {"--at", "--from", "--to"};
    if (command() == nullptr || std::find(kTimes.begin(), kTimes.end(), name) == kTimes.end()) {
      return {};
    }
    std::vector<std::string_view> taken;
    for (const std::string_view time : kTimes) {
      const OptionSpec* const option = find_option(command()->options, time);
      if (option != nullptr && option->value == "TIME") taken.push_back(time);
    }
    if (taken.empty()) return {};
    return fmt::format("; '{}' takes {} instead", command()->name, fmt::join(taken, " and "));
  }

  // Another command that has the option.
  std::string owner_of(std::string_view name) const {
    if (std::string instead = times_taken(name); !instead.empty()) return instead;
    for (const CommandSpec& other : program_.commands) {
      for (const OptionSpec& option : other.options) {
        if (option.name == name) return fmt::format("; it is an option of '{}'", other.name);
      }
    }
    return {};
  }

  // CLI11 reads `--name= next` as `--name next`.
  std::optional<std::string> check_empty_values(const std::vector<std::string>& arguments) const {
    for (const std::string& argument : arguments) {
      if (argument == "--") break;
      if (argument.starts_with("--") && argument.ends_with("=")) {
        return missing_value(argument.substr(0, argument.size() - 1));
      }
    }
    return std::nullopt;
  }

  // What was given and belongs to nothing.
  std::optional<std::string> check_extras() const {
    std::vector<std::string> extras = app_.remaining(true);
    std::erase(extras, "--");
    if (extras.empty()) return std::nullopt;
    // An unknown option makes an argument of its value: it is the one to name.
    const auto option = std::find_if(extras.begin(), extras.end(), [](const std::string& extra) {
      return extra.size() > 1 && extra[0] == '-';
    });
    if (option != extras.end()) {
      const std::string name = option->substr(0, option->find('='));
      const std::string owner = owner_of(name);
      return fmt::format("unknown option '{}'{}", escaped(name),
                         owner.empty() ? did_you_mean(name, option_names()) : owner);
    }
    if (command() == nullptr) {
      return fmt::format("unknown command '{}'{}", escaped(extras[0]),
                         did_you_mean(extras[0], command_names()));
    }
    return fmt::format("unexpected argument '{}'; usage: {}", escaped(extras[0]),
                       usage(*command()));
  }

  // A common option that does not hold for this command.
  std::optional<std::string> check_common() const {
    for (const Given& given : given_) {
      if (given.option == nullptr || given.parsed->empty() || command()->takes(*given.option)) {
        continue;
      }
      return fmt::format("option '{}' means nothing to '{}'", given.option->name, command()->name);
    }
    return std::nullopt;
  }

  std::optional<std::string> check_arguments() const {
    for (const Given& given : given_) {
      if (given.argument == nullptr || !given.words().empty() || !is_of_command(given)) continue;
      return fmt::format("{} is missing: {}; usage: {}", given.argument->name, given.argument->help,
                         usage(*command()));
    }
    return std::nullopt;
  }

  bool is_of_command(const Given& given) const {
    const auto& arguments = command()->arguments;
    return std::any_of(arguments.begin(), arguments.end(),
                       [&](const ArgumentSpec& a) { return &a == given.argument; });
  }

  std::optional<std::string> take_all() const {
    for (const Given& given : given_) {
      const Take& take = given.option != nullptr ? meant(*given.option).take : given.argument->take;
      const std::string_view name =
          given.option != nullptr ? given.option->name : given.argument->name;
      for (const std::string& value : given.words()) {
        if (const auto error = take(value)) return fmt::format("{}: {}", name, error->message);
      }
    }
    return std::nullopt;
  }

  // CLI11's message begins with the option's name and a colon.
  std::string missing_value(std::string_view message) const {
    const std::string_view name = message.substr(0, message.find(':'));
    for (const Given& given : given_) {
      if (given.option == nullptr || given.parsed->get_name() != name) continue;
      const OptionSpec& option = meant(*given.option);
      return fmt::format(
          "option '{}' needs a value: {}", option.name,
          option.choices.empty() ? std::string(option.value) : either(option.choices));
    }
    return fmt::format("unexpected value after '{}'", escaped(name));
  }

  const ProgramSpec& program_;
  CLI::App app_;
  std::vector<Given> given_;
  bool help_ = false;
  bool version_ = false;
};

}  // namespace

Parsed parse_command_line(const ProgramSpec& program, std::vector<std::string> arguments) {
  return CommandLineParser(program).parse(std::move(arguments));
}

}  // namespace ari::replay
