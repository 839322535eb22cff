package dev.troupe.node.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script {@code troupe}, in a folder of its own with JDKs that are none. */
class LauncherTest {
  private static final Set<PosixFilePermission> EXECUTABLE =
      PosixFilePermissions.fromString("rwxr-xr-x");

  private static final Path FLOCK = Path.of("/usr/bin/flock");

  @TempDir Path folder;
  private Path root;

  private record Result(int status, List<String> out, String err) {
    String java() {
      return out.getFirst();
    }
  }

  @BeforeEach
  void copyScript() throws IOException {
    root = Files.createDirectories(folder.resolve("with blank"));
    Path script = Path.of("..", "troupe").toAbsolutePath().normalize();
    Files.copy(script, root.resolve("troupe"), StandardCopyOption.COPY_ATTRIBUTES);
    Path app = Files.createDirectories(root.resolve(".troupe/app-1/lib"));
    Files.writeString(app.resolve("b.jar"), "");
    Files.writeString(app.resolve("a.jar"), "");
    Files.writeString(root.resolve(".troupe/current"), "app-1\n");
  }

  private Path jdk(String name, String version) throws IOException {
    Path home = folder.resolve("jvm").resolve(name);
    Files.createDirectories(home.resolve("bin"));
    Files.writeString(
        home.resolve("release"),
        "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"%s\"\nJAVA_RUNTIME_VERSION=\"%s+1\"\n"
            .formatted(version, version));
    Files.createFile(home.resolve("bin/java"), PosixFilePermissions.asFileAttribute(EXECUTABLE));
    return home;
  }

  private Result run(Path script, Map<String, String> environment, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new java.util.ArrayList<>(List.of("bash", script.toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
    Map<String, String> variables = builder.environment();
    variables.keySet().removeIf(name -> name.startsWith("TROUPE_") || name.equals("JAVA_HOME"));
    // Folders of tools without any java in them.
    variables.put("PATH", tools().toString());
    variables.put("TROUPE_JVM_FOLDERS", folder.resolve("jvm") + "/*");
    variables.put("TROUPE_DRY_RUN", "1");
    variables.put("TROUPE_SKIP_BUILD", "1");
    // This machine may be a container itself.
    variables.put("TROUPE_CGROUP_FILE", folder.resolve("no cgroups").toString());
    variables.putAll(environment);
    Process process = builder.start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Result(process.waitFor(), out.lines().toList(), err);
  }

  private Path tools() throws IOException {
    Path tools = folder.resolve("tools");
    if (!Files.exists(tools)) {
      Files.createDirectories(tools);
      for (String tool : List.of("bash", "cat", "dirname", "readlink", "sed", "tr", "find")) {
        for (String place : System.getenv("PATH").split(":")) {
          Path program = Path.of(place, tool);
          if (Files.isExecutable(program) && !Files.exists(tools.resolve(tool))) {
            forward(tools.resolve(tool), program);
          }
        }
      }
    }
    return tools;
  }

  private static void forward(Path script, Path program) throws IOException {
    Files.createFile(script, PosixFilePermissions.asFileAttribute(EXECUTABLE));
    Files.writeString(script, "#!/bin/sh\nexec %s \"$@\"\n".formatted(program));
  }

  private Result run(Map<String, String> environment, String... arguments)
      throws IOException, InterruptedException {
    return run(root.resolve("troupe"), environment, arguments);
  }

  @Test
  void shouldTakeTheNewestJdk() throws Exception {
    jdk("old", "17.0.9");
    jdk("some", "21.0.1");
    Path newest = jdk("newest", "25.0.3");
    jdk("ancient", "1.8.0_392");

    Result result = run(Map.of("JAVA_HOME", jdk("home", "24").toString()), "version");

    assertThat(result.java()).isEqualTo(newest.resolve("bin/java").toString());
    assertThat(result.out()).contains("-XX:+UseCompactObjectHeaders", "version");
    assertThat(result.out())
        .contains(
            root.resolve(".troupe/app-1/lib/a.jar")
                + ":"
                + root.resolve(".troupe/app-1/lib/b.jar"));
  }

  @Test
  void shouldPreferTheJdkThatWasNamed() throws Exception {
    jdk("newest", "25");
    Path named = jdk("named", "21.0.2");

    Result result = run(Map.of("TROUPE_JAVA_HOME", named.toString()), "version");

    assertThat(result.java()).isEqualTo(named.resolve("bin/java").toString());
    assertThat(result.out())
        .doesNotContain("-XX:+UseCompactObjectHeaders", "--sun-misc-unsafe-memory-access=allow");
  }

  @Test
  void shouldTakeJavaHomeWhenItIsNewest() throws Exception {
    jdk("some", "21");
    Path home = folder.resolve("elsewhere");
    Files.createDirectories(home);
    Files.move(jdk("moved", "23"), home.resolve("jdk"));

    Result result = run(Map.of("JAVA_HOME", home.resolve("jdk").toString()), "version");

    assertThat(result.java()).isEqualTo(home.resolve("jdk/bin/java").toString());
    assertThat(result.out()).contains("--sun-misc-unsafe-memory-access=allow");
  }

  @Test
  void shouldSayWhatToInstallWhenThereIsNoJdk() throws Exception {
    jdk("old", "17.0.9");
    Map<String, String> old = new HashMap<>();
    old.put("JAVA_HOME", folder.resolve("jvm/old").toString());

    Result result = run(old, "version");

    assertThat(result.status()).isEqualTo(1);
    assertThat(result.err()).contains("No JDK 21 or newer", "apt-get install");
    Result named = run(Map.of("TROUPE_JAVA_HOME", folder.resolve("jvm/old").toString()), "version");
    assertThat(named.err()).contains("TROUPE_JAVA_HOME=").contains("is not a JDK 21");
  }

  @Test
  void shouldWorkThroughASymbolicLinkFromAnywhere() throws Exception {
    jdk("some", "21");
    Path link = folder.resolve("link");
    Files.createSymbolicLink(link, Path.of("with blank", "troupe"));

    Result result = run(link, Map.of(), "kv", "get", "a b");

    assertThat(result.status()).isZero();
    assertThat(result.out()).contains("-Dlauncher.path=" + root.toRealPath().resolve("troupe"));
    assertThat(result.out()).endsWith("kv", "get", "a b");
  }

  @Test
  void shouldGiveNodesTheirHeapAndClientsASmallOne() throws Exception {
    jdk("some", "25");

    assertThat(run(Map.of("TROUPE_HEAP", "2g"), "start").out())
        .contains("-Xmx2g", "-XX:+ExitOnOutOfMemoryError");
    assertThat(run(Map.of(), "start-single-node").out()).contains("-Xmx512m");
    assertThat(run(Map.of(), "kv", "ls").out()).contains("-XX:TieredStopAtLevel=1");
    assertThat(run(Map.of("TROUPE_JAVA_OPTS", "-Da=1 -Db=2"), "kv").out())
        .contains("-Da=1", "-Db=2");
  }

  private Map<String, String> groups(String groups, String... filesAndLimits) throws IOException {
    Path file = folder.resolve("cgroup");
    Files.writeString(file, groups);
    Path top = folder.resolve("cgroups");
    for (int i = 0; i < filesAndLimits.length; i += 2) {
      Path limit = top.resolve(filesAndLimits[i]);
      Files.createDirectories(limit.getParent());
      Files.writeString(limit, filesAndLimits[i + 1] + "\n");
    }
    return Map.of("TROUPE_CGROUP_FILE", file.toString(), "TROUPE_CGROUPS", top.toString());
  }

  @Test
  void shouldDivideTheMemoryOfAContainer() throws Exception {
    jdk("some", "25");
    Map<String, String> two = groups("0::/\n", "memory.max", "2147483648");

    assertThat(run(two, "start").out())
        .contains("-Xmx819m", "-XX:MaxDirectMemorySize=409m", "-Dlauncher.memory=2147483648");
    assertThat(run(two, "kv").out()).contains("-Xmx192m");
    Map<String, String> given = new HashMap<>(two);
    given.put("TROUPE_HEAP", "1g");
    assertThat(run(given, "start").out()).contains("-Xmx1g", "-Dlauncher.memory=2147483648");
  }

  @Test
  void shouldTakeTheLeastLimitOfItsGroups() throws Exception {
    jdk("some", "25");
    Map<String, String> nested =
        groups("0::/a/b\n", "a/memory.max", "1073741824", "a/b/memory.max", "max");
    assertThat(run(nested, "start").out()).contains("-Dlauncher.memory=1073741824");

    Map<String, String> old =
        groups(
            "5:cpu:/x\n4:memory:/x\n",
            "memory/memory.limit_in_bytes",
            "9223372036854771712",
            "memory/x/memory.limit_in_bytes",
            "64424509440");
    assertThat(run(old, "start").out())
        .as("no more heap than collections can be short with")
        .contains("-Xmx2048m", "-Dlauncher.memory=64424509440");
  }

  @Test
  void shouldLimitNothingButTheHeapOutsideOfAContainer() throws Exception {
    jdk("some", "25");
    Map<String, String> free =
        groups("4:memory:/\n0::/\n", "memory/memory.limit_in_bytes", "9223372036854771712");

    assertThat(run(free, "start").out())
        .contains("-Xmx512m")
        .noneMatch(flag -> flag.startsWith("-Dlauncher.memory"))
        .noneMatch(flag -> flag.startsWith("-XX:MaxDirectMemorySize"));
  }

  @Test
  void shouldUseItsStartCacheOnlyWithTheJdkThatMadeIt() throws Exception {
    jdk("some", "25");
    Path cache = root.toRealPath().resolve(".troupe/app-1/start-25+1.aot");
    assertThat(run(Map.of(), "kv").out()).noneMatch(flag -> flag.startsWith("-XX:AOTCache"));

    Files.writeString(cache, "not empty");

    assertThat(run(Map.of(), "kv").out()).contains("-XX:AOTCache=" + cache);
    assertThat(run(Map.of("TROUPE_NO_AOT", "1"), "kv").out())
        .noneMatch(flag -> flag.startsWith("-XX:AOTCache"));
    jdk("newer", "26");
    assertThat(run(Map.of(), "kv").out()).noneMatch(flag -> flag.startsWith("-XX:AOTCache"));
  }

  /** A JVM that has mapped a cache which another process writes again dies of SIGBUS. */
  @Test
  void shouldMakeTheStartCacheOnceForProcessesThatStartTogether() throws Exception {
    assumeTrue(Files.isExecutable(FLOCK), "without flock nobody waits");
    Path trainings = folder.resolve("trainings");
    Path locking = folder.resolve("locking");
    Path go = folder.resolve("go");
    // Training says that it has begun, and ends when it is allowed to.
    script(
        jdk("some", "25").resolve("bin/java"),
        """
        for flag in "$@"; do
          case $flag in -XX:AOTCacheOutput=*) out=${flag#*=} ;; esac
        done
        if [ -n "$out" ]; then
          echo begun >>"%s"
          until [ -e "%s" ]; do sleep 0.01; done
          echo cache >"$out"
        else
          printf '%%s\\n' "$@"
        fi
        """
            .formatted(trainings, go));
    for (String tool : List.of("mktemp", "rm", "mv", "sleep")) {
      forward(tools().resolve(tool), Path.of("/bin", tool));
    }
    Path flock = tools().resolve("flock");
    Files.createFile(flock, PosixFilePermissions.asFileAttribute(EXECUTABLE));
    script(flock, "echo tried >>\"%s\"\nexec %s \"$@\"\n".formatted(locking, FLOCK));
    Files.createFile(root.resolve(".troupe/app-1/stamp"));
    Map<String, String> really = Map.of("TROUPE_DRY_RUN", "0", "TROUPE_SKIP_BUILD", "0");

    try (var pool = Executors.newVirtualThreadPerTaskExecutor()) {
      var first = pool.submit(() -> run(really, "kv"));
      var second = pool.submit(() -> run(really, "kv"));
      try {
        await().until(() -> lines(locking) == 2 || lines(trainings) == 2);
      } finally {
        Files.createFile(go);
      }

      String cache = root.toRealPath().resolve(".troupe/app-1/start-25+1.aot").toString();
      for (Result result : List.of(first.get(), second.get())) {
        assertThat(result.err().lines().filter(line -> !line.startsWith("preparing"))).isEmpty();
        assertThat(result.out()).contains("-XX:AOTCache=" + cache);
      }
    }
    assertThat(lines(trainings)).isEqualTo(1);
    try (var left = Files.list(root.resolve(".troupe/app-1"))) {
      assertThat(left.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("lib", "stamp", "start-25+1.aot");
    }
  }

  private static int lines(Path file) throws IOException {
    return Files.exists(file) ? Files.readAllLines(file).size() : 0;
  }

  private static void script(Path file, String text) throws IOException {
    Files.writeString(file, "#!/bin/sh\n" + text);
  }

  @Test
  void shouldSayThatNothingIsBuilt() throws Exception {
    jdk("some", "25");
    Files.delete(root.resolve(".troupe/current"));

    Result result = run(Map.of(), "version");

    assertThat(result.status()).isEqualTo(1);
    assertThat(result.err()).contains("nothing is built yet");
  }

  @Test
  void shouldAskForMavenWhenItMustBuild() throws Exception {
    jdk("some", "25");
    Files.createDirectories(root.resolve("node/src/main/java"));
    Files.writeString(root.resolve("node/src/main/java/A.java"), "class A {}");
    Files.writeString(root.resolve("pom.xml"), "<project/>");
    Files.writeString(root.resolve("node/pom.xml"), "<project/>");
    Files.createFile(root.resolve(".troupe/app-1/stamp"));
    Files.setLastModifiedTime(
        root.resolve(".troupe/app-1/stamp"), java.nio.file.attribute.FileTime.fromMillis(0));
    forward(tools().resolve("mkdir"), Path.of("/bin/mkdir"));

    Result stale = run(Map.of("TROUPE_SKIP_BUILD", "0"), "version");
    assertThat(stale.status()).isEqualTo(1);
    assertThat(stale.err()).contains("Maven 3.8 or newer");

    Files.setLastModifiedTime(
        root.resolve(".troupe/app-1/stamp"),
        java.nio.file.attribute.FileTime.fromMillis(4_000_000_000_000L));
    assertThat(run(Map.of("TROUPE_SKIP_BUILD", "0"), "version").status()).isZero();
  }
}
