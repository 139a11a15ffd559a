// How AddressSanitizer runs below a fuzzer: it finds the same, and has less to do for each run.
// ASAN_OPTIONS overrules what is said here, as for a report that tells who allocated.

// Called by the sanitizer as the program starts.
extern "C" const char* __asan_default_options() {
  return "malloc_context_size=0"    // no stack is kept of each allocation
         ":max_malloc_fill_size=0"  // and none is filled
         ":quarantine_size_mb=8"    // more than what a run frees
         ":thread_local_quarantine_size_kb=256";
}
