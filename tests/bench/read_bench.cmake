# Reading logs: a log of any size, and how fast it is read.
add_executable(ari-bench-generate generate_main.cc generated_log.cc)
target_link_libraries(ari-bench-generate PRIVATE ari_input ari_options fmt::fmt)

add_executable(read_bench fold_bench.cc generated_log.cc log_file.cc read_bench.cc)
target_link_libraries(read_bench PRIVATE ari_input ari_model ari_options fmt::fmt benchmark::benchmark)
