add_compile_options(-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wswitch-enum -Wnon-virtual-dtor
                    -Woverloaded-virtual)
if(SOTCTL_WERROR)
  add_compile_options(-Werror)
endif()
