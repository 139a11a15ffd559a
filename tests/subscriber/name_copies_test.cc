#include "subscriber/name_copies.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace ari::subscriber {
namespace {

TEST(NameCopies, OutliveWhatTheyAreOf) {
  NameCopies copies;
  const trace::Metadata* copy = nullptr;
  {
    const auto name = std::make_unique<std::string>("a span's name");
    const std::string_view fields[] = {*name, "", "second"};
    const trace::Metadata metadata{*name, "target", trace::Level::kWarn, fields};
    copy = copies.copy_of(&metadata);
    EXPECT_EQ(copies.copy_of(&metadata), copy);
  }
  EXPECT_EQ(copy->name, "a span's name");
  EXPECT_EQ(copy->target, "target");
  EXPECT_EQ(copy->level, trace::Level::kWarn);
  EXPECT_THAT(copy->fields, testing::ElementsAre("a span's name", "", "second"));
}

TEST(NameCopies, AreOneForAllThatSayTheSame) {
  NameCopies copies;
  const std::string_view fields[] = {"field"}, others[] = {"other"}, more[] = {"field", "field"};
  const trace::Metadata one{"name", "target", trace::Level::kInfo, fields};
  const trace::Metadata same = one;
  EXPECT_EQ(copies.copy_of(&one), copies.copy_of(&same));
  for (const trace::Metadata& other :
       {trace::Metadata{"nam", "etarget", trace::Level::kInfo, fields},
        trace::Metadata{"name", "target", trace::Level::kDebug, fields},
        trace::Metadata{"name", "target", trace::Level::kInfo, others},
        trace::Metadata{"name", "target", trace::Level::kInfo, more},
        trace::Metadata{"name", "target", trace::Level::kInfo, {}}}) {
    EXPECT_NE(copies.copy_of(&one), copies.copy_of(&other));
  }
}

TEST(NameCopies, OfPlacesArePlaces) {
  NameCopies copies;
  const auto here = std::source_location::current();
  const auto copy = copies.copy_of(here);
  EXPECT_NE(copy.file_name(), here.file_name());
  EXPECT_STREQ(copy.file_name(), here.file_name());
  EXPECT_STREQ(copy.function_name(), here.function_name());
  EXPECT_EQ(copy.line(), here.line());
  EXPECT_EQ(copy.column(), here.column());
}

TEST(KnownNames, AreKnownUntilForgotten) {
  KnownNames known;
  EXPECT_EQ(known.find(8), 0u);
  for (std::uint64_t key = 8; key <= 8000; key += 8) known.add(key, key + 1);
  for (std::uint64_t key = 8; key <= 8000; key += 8) ASSERT_EQ(known.find(key), key + 1);
  EXPECT_EQ(known.find(8008), 0u);
  known.forget_all();
  for (std::uint64_t key = 8; key <= 8000; key += 8) ASSERT_EQ(known.find(key), 0u);
}

TEST(MainProgram, IsWhereItsConstantsLie) {
  static constexpr int kConstant = 1;
  EXPECT_TRUE(main_program().contains(reinterpret_cast<std::uintptr_t>(&kConstant)));
  EXPECT_FALSE(main_program().contains(reinterpret_cast<std::uintptr_t>(&kConstant) >> 1));
  int local = 0;
  EXPECT_FALSE(main_program().contains(reinterpret_cast<std::uintptr_t>(&local)));
}

}  // namespace
}  // namespace ari::subscriber
