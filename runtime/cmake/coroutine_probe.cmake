# Tries the user's compiler for two coroutine bugs of g++ 12 that silently break programs,
# and says what to mind if it has them. Each probe is a tiny program, compiled and run.

function(ari_probe_coroutines name source)
  if(NOT DEFINED CACHE{ARI_PROBE_${name}_EXIT})
    try_run(exit compiled
      "${CMAKE_CURRENT_BINARY_DIR}/probe"
      "${CMAKE_CURRENT_FUNCTION_LIST_DIR}/${source}"
      CMAKE_FLAGS "-DINCLUDE_DIRECTORIES=${CMAKE_CURRENT_FUNCTION_LIST_DIR}"
      COMPILE_OUTPUT_VARIABLE output
      CXX_STANDARD 20 CXX_STANDARD_REQUIRED ON)
    if(NOT compiled)
      message(FATAL_ERROR "ari: ${CMAKE_CXX_COMPILER} cannot compile a C++20 coroutine:\n${output}")
    endif()
    set(ARI_PROBE_${name}_EXIT "${exit}" CACHE INTERNAL "exit status of ${source}")
  endif()
  if(ARI_PROBE_${name}_EXIT STREQUAL "0")
    message(STATUS "Coroutine probe ${source}: works")
  else()
    string(CONCAT advice ${ARGN})
    message(WARNING "this compiler (${CMAKE_CXX_COMPILER_ID} ${CMAKE_CXX_COMPILER_VERSION}) "
      "breaks some coroutines without a word: ${advice}")
  endif()
endfunction()

ari_probe_coroutines(CONDITION probe_condition.cc
  "a coroutine whose outermost block has no local variable and a co_await in the condition of "
  "an if, while, switch or for does not run. Write `auto v = co_await x;` and test v.")
ari_probe_coroutines(TEMPORARY probe_temporary.cc
  "an aggregate or capturing lambda that is built inside of a co_await expression is destroyed "
  "twice. Name it before and move it in.")
