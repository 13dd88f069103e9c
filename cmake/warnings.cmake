add_compile_options(-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wswitch-enum -Wnon-virtual-dtor
                    -Woverloaded-virtual)
# g++ 12 takes "text" + string for overlapping copies when it optimizes (GCC bug 105651, fixed in 13).
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  add_compile_options(-Wno-restrict)
endif()
# GCC's manual, -fsanitize: sanitizers confuse this warning, here inside <regex> and <functional>.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_FLAGS MATCHES "-fsanitize")
  add_compile_options(-Wno-maybe-uninitialized)
endif()
if(SOTCTL_WERROR)
  add_compile_options(-Werror)
endif()
