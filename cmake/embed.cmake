# sotctl_embed(TARGET NAMESPACE FILE…): compiles files into TARGET, so that the single binary works alone. The generated
# function `std::string_view NAMESPACE::embedded(std::string_view name)` gives a file's text by its last path component.
function(sotctl_embed target namespace)
  set(generated ${CMAKE_CURRENT_BINARY_DIR}/embedded_${target}_${namespace}.cpp)
  set(script ${CMAKE_SOURCE_DIR}/cmake/embed_files.cmake)
  add_custom_command(
    OUTPUT ${generated}
    COMMAND ${CMAKE_COMMAND} -DOUTPUT=${generated} -DNAMESPACE=${namespace} "-DFILES=${ARGN}" -P ${script}
    DEPENDS ${ARGN} ${script}
    VERBATIM)
  target_sources(${target} PRIVATE ${generated})
endfunction()
