# What ZENWS_SANITIZE means: flags for everything that is compiled and linked here.
# Without vptr: it asks through a pipe whether memory may be read, and is wrong in a test that has used up all descriptors.
if(ZENWS_SANITIZE STREQUAL "address")
  set(sanitizers -fsanitize=address,undefined -fno-sanitize=vptr)
elseif(ZENWS_SANITIZE STREQUAL "fuzzer")
  set(sanitizers -fsanitize=address,undefined,fuzzer-no-link -fno-sanitize=vptr)
elseif(ZENWS_SANITIZE STREQUAL "thread")
  set(sanitizers -fsanitize=thread)
  # ThreadSanitizer does not understand fences; Asio without them is correct too.
  add_compile_definitions(BOOST_ASIO_DISABLE_FENCED_BLOCK)
elseif(ZENWS_SANITIZE)
  message(FATAL_ERROR "ZENWS_SANITIZE is address, thread, fuzzer or empty, not ${ZENWS_SANITIZE}")
endif()

if(ZENWS_SANITIZE)
  add_compile_options(${sanitizers} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(${sanitizers})
endif()
