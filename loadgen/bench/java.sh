# Sourced by the scripts beside it: finds a JDK and builds the class path of the load generator.

java_version() { "$1" -version 2>&1 | sed -n 's/.*version "\([0-9]*\).*/\1/p' | head -1; }

# Prints the path of the newest java of version 21 or more.
find_java() {
  local best="" best_version=20 candidate version
  for candidate in "${TROUPE_JAVA_HOME:-}" "${JAVA_HOME:-}" /usr/lib/jvm/* /opt/* "$HOME"/.sdkman/candidates/java/* \
    "$HOME"/.jdks/* "$(dirname "$(dirname "$(readlink -f "$(command -v java)")")")"; do
    [[ -x "$candidate/bin/java" ]] || continue
    version=$(java_version "$candidate/bin/java")
    if [[ "${version:-0}" -gt $best_version ]]; then best="$candidate/bin/java" best_version=$version; fi
  done
  [[ -n "$best" ]] && echo "$best"
}

# build_class_path ROOT FOLDER: compiles what has changed, prints the class path. With TROUPE_SKIP_BUILD=1 that of what
# the launcher has built.
build_class_path() {
  if [[ ${TROUPE_SKIP_BUILD:-} == 1 ]]; then
    echo "$1/.troupe/$(cat "$1/.troupe/current")/lib/*"
    return
  fi
  local file="$2/class-path"
  (cd "$1" && mvn -q -B -pl loadgen -am package -DskipTests dependency:build-classpath \
    -Dmdep.outputFile="$file" -DincludeScope=runtime >&2) || return 1
  echo "$1/loadgen/target/classes:$1/protocol/target/classes:$(cat "$file")"
}
