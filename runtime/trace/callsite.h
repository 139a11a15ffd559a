// ARI_INFO and its kin: a program's own events and spans, beside the runtime's.
//
//   ARI_INFO("request served", ("status", 200), ("path", path));
//   ARI_WARN("queue is full");
//
//   ari::trace::Span request = ARI_SPAN("request", ("id", id));
//   auto inside = request.enter();
//
// A message, then fields as (name, value) pairs; names are string literals. While nobody
// listens, a callsite costs one load and one branch, and the values are not computed. The
// target is ARI_TARGET, "app" unless the program defines it before including this.
#pragma once

#include <array>

#include "runtime/trace/field.h"
#include "runtime/trace/span.h"

#ifndef ARI_TARGET
#define ARI_TARGET "app"
#endif

#define ARI_TRACE(...) ARI_EVENT(::ari::trace::Level::kTrace, __VA_ARGS__)
#define ARI_DEBUG(...) ARI_EVENT(::ari::trace::Level::kDebug, __VA_ARGS__)
#define ARI_INFO(...) ARI_EVENT(::ari::trace::Level::kInfo, __VA_ARGS__)
#define ARI_WARN(...) ARI_EVENT(::ari::trace::Level::kWarn, __VA_ARGS__)
#define ARI_ERROR(...) ARI_EVENT(::ari::trace::Level::kError, __VA_ARGS__)

// An event of a level that is a constant expression.
#define ARI_EVENT(level, message, ...)                                                             \
  do {                                                                                             \
    if (::ari::trace::subscriber() != nullptr) [[unlikely]] {                                      \
      static constexpr std::string_view ari_fields[] = {                                           \
          __VA_OPT__(ARI_EACH(ARI_FIELD_NAME, __VA_ARGS__)) "message"};                            \
      static constexpr ::ari::trace::Metadata ari_metadata{"", ARI_TARGET, level, ari_fields};     \
      ::ari::trace::event(                                                                         \
          ari_metadata, {__VA_OPT__(ARI_EACH(ARI_FIELD_VALUE,                                      \
                                             __VA_ARGS__))::ari::trace::Value::display(message)}); \
    }                                                                                              \
  } while (false)

// A span inside the current one, of level INFO.
#define ARI_SPAN(name, ...)                                                                       \
  [&] {                                                                                           \
    static constexpr std::array<std::string_view,                                                 \
                                0 __VA_OPT__(ARI_EACH(ARI_FIELD_COUNT, __VA_ARGS__))>             \
        ari_fields{__VA_OPT__(ARI_EACH(ARI_FIELD_NAME, __VA_ARGS__))};                            \
    static constexpr ::ari::trace::Metadata ari_metadata{name, ARI_TARGET,                        \
                                                         ::ari::trace::Level::kInfo, ari_fields}; \
    if (::ari::trace::subscriber() == nullptr) return ::ari::trace::Span();                       \
    return ::ari::trace::Span::contextual(ari_metadata,                                           \
                                          {__VA_OPT__(ARI_EACH(ARI_FIELD_VALUE, __VA_ARGS__))});  \
  }()

// The rest is how. ARI_EACH(M, (a, b), (c, d)) is M (a, b) M (c, d): each step puts one pair
// out and itself, disarmed by the parentheses that are still missing, behind it; the
// rescans of ARI_RESCAN arm it again, enough for 80 pairs.
#define ARI_FIELD_NAME(name, value) name,
#define ARI_FIELD_VALUE(name, value) ::ari::trace::field::Of<decltype((value))>(value),
#define ARI_FIELD_COUNT(name, value) +1

#define ARI_PARENTHESES ()
#define ARI_RESCAN(...) ARI_RESCAN_3(ARI_RESCAN_3(ARI_RESCAN_3(__VA_ARGS__)))
#define ARI_RESCAN_3(...) ARI_RESCAN_2(ARI_RESCAN_2(ARI_RESCAN_2(__VA_ARGS__)))
#define ARI_RESCAN_2(...) ARI_RESCAN_1(ARI_RESCAN_1(ARI_RESCAN_1(__VA_ARGS__)))
#define ARI_RESCAN_1(...) __VA_ARGS__
#define ARI_EACH(macro, ...) ARI_RESCAN(ARI_EACH_STEP(macro, __VA_ARGS__))
#define ARI_EACH_STEP(macro, pair, ...) \
  ARI_ONE_FIELD(macro, pair) __VA_OPT__(ARI_EACH_AGAIN ARI_PARENTHESES(macro, __VA_ARGS__))
#define ARI_EACH_AGAIN() ARI_EACH_STEP

// macro pair, if that is in parentheses; else a field whose value says what is wrong.
#define ARI_ONE_FIELD(macro, pair) ARI_CONCAT(ARI_ONE_FIELD_, ARI_IS_PAIR(pair))(macro, pair)
#define ARI_ONE_FIELD_1(macro, pair) macro pair
#define ARI_ONE_FIELD_0(macro, pair) macro("", ::ari::trace::field::NotAPair())
#define ARI_IS_PAIR(pair) ARI_SECOND(ARI_PROBE pair, 0, )
#define ARI_PROBE(...) , 1
#define ARI_SECOND(...) ARI_SECOND_(__VA_ARGS__)
#define ARI_SECOND_(first, second, ...) second
#define ARI_CONCAT(a, b) ARI_CONCAT_(a, b)
#define ARI_CONCAT_(a, b) a##b
