# sotctl_embed(TARGET NAMESPACE FILE…): compiles files into TARGET as `std::string_view NAMESPACE::fileName()`
# lookups through the generated function `NAMESPACE::embedded(name)`, so that the single binary works alone.
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
