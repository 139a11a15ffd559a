// What the blocks of the runtime's code call in sanitizer builds (runtime/CMakeLists.txt): nothing.
// A program that defines the function itself, as tests/runtime/stress does, is linked without this.
extern "C" __attribute__((weak, no_sanitize("coverage"))) void __sanitizer_cov_trace_pc() {}
