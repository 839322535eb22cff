package dev.troupe.guard;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * Sizes and leftovers. What a rule catches is to be mended; the rare good reason not to goes to
 * {@code tidy-exceptions.txt}.
 */
class TidyTest {
  private static final int FILE_LINES_MAX = 500;
  private static final int METHOD_LINES_MAX = 60;
  private static final int LINE_COLUMNS_MAX = 100;

  private static final Pattern REMINDER = Pattern.compile("\\b(TODO|FIXME|XXX|HACK)\\b");

  /** Folders of a container are the same for everybody. */
  private static final Pattern IN_CONTAINER = Pattern.compile("^k8s/|/dev/troupe/k8s/");

  /** Folders of somebody's machine. What runs elsewhere takes its folders from its caller. */
  private static final Pattern MACHINE_PATH =
      Pattern.compile("(?<![\\w.$}~*)>])/(root|work|tmp|home/\\w+|Users/\\w+)(?=[/\\s\"'`)]|$)");

  /** A comment that reads like a statement, a declaration or the rim of a block. */
  private static final Pattern DEAD_CODE =
      Pattern.compile(
          "^\\s*//+\\s*("
              + "\\}"
              + "|@\\w+(\\(.*\\))?"
              + "|(return|throw|import|package|break|continue|assert)\\b.*;"
              + "|(if|for|while|switch|try|catch|else|do)\\b.*[{]"
              + "|[\\w.<>\\[\\], ]+\\s[-+|&]?=\\s.*;"
              + "|[\\w.]+\\(.*\\);"
              + "|(public|private|protected|static|final|class|record|void)\\b.*[;{]"
              + ")\\s*$");

  private final TidyExceptions exceptions = TidyExceptions.read();

  @Test
  void filesShouldBeShort() {
    Map<String, String> violations = new TreeMap<>();
    for (Path source : Repository.javaSources()) {
      long lines = Repository.read(source).lines().count();
      if (lines > FILE_LINES_MAX) {
        String place = Repository.relative(source);
        violations.put(
            place,
            "%s has %d lines, the limit is %d: split it by concern"
                .formatted(place, lines, FILE_LINES_MAX));
      }
    }
    assertTidy("file-length", violations);
  }

  @Test
  void methodsShouldBeShort() {
    Map<String, String> violations = new TreeMap<>();
    for (SourceTree source : SourceTree.parse(Repository.javaSources())) {
      for (SourceTree.Method method : source.methods()) {
        if (method.lines() > METHOD_LINES_MAX) {
          String file = Repository.relative(source.path());
          violations.put(
              file + "#" + method.name(),
              "%s:%d: %s has %d lines, the limit is %d: name its steps"
                  .formatted(
                      file, method.firstLine(), method.name(), method.lines(), METHOD_LINES_MAX));
        }
      }
    }
    assertTidy("method-length", violations);
  }

  @Test
  void linesShouldBeShort() {
    Map<String, String> violations = new TreeMap<>();
    forEachLine(
        Repository.javaSources(),
        (place, line) -> {
          boolean excused = line.contains("\"") || line.contains("http") || isImport(line);
          if (line.length() > LINE_COLUMNS_MAX && !excused) {
            violations.put(
                place, "%s has %d columns of %d".formatted(place, line.length(), LINE_COLUMNS_MAX));
          }
        });
    assertTidy("line-length", violations);
  }

  @Test
  void nothingShouldBeLeftForLater() {
    Map<String, String> violations = new TreeMap<>();
    forEachLine(
        Repository.files(),
        (place, line) -> {
          if (REMINDER.matcher(line).find()) {
            violations.put(
                fileOf(place),
                place + ": do it now or write it to docs/status.md: " + line.strip());
          }
        });
    assertTidy("reminder", violations);
  }

  @Test
  void noFileShouldNameAMachine() {
    Map<String, String> violations = new TreeMap<>();
    forEachLine(
        Repository.files(),
        (place, line) -> {
          if (MACHINE_PATH.matcher(line).find() && !IN_CONTAINER.matcher(place).find()) {
            violations.put(fileOf(place), place + " names somebody's folder: " + line.strip());
          }
        });
    assertTidy("machine-path", violations);
  }

  @Test
  void codeShouldNotBeCommentedOut() {
    Map<String, String> violations = new TreeMap<>();
    forEachLine(
        Repository.javaSources(),
        (place, line) -> {
          if (DEAD_CODE.matcher(line).find()) {
            violations.put(place, place + " looks like dead code: " + line.strip());
          }
        });
    assertTidy("dead-code", violations);
  }

  @Test
  void publicTypesShouldStateTheirDuty() {
    Map<String, String> violations = new TreeMap<>();
    for (SourceTree source : SourceTree.parse(Repository.mainSources())) {
      for (SourceTree.Type type : source.types()) {
        if (type.isPublic() && !type.hasJavadoc()) {
          String place = Repository.relative(source.path()) + "#" + type.name();
          violations.put(place, place + " is public and has no Javadoc");
        }
      }
    }
    assertTidy("javadoc", violations);
  }

  @Test
  void packagesShouldBeNullMarked() {
    Map<String, String> violations = new TreeMap<>();
    for (Path source : Repository.javaSources()) {
      Path folder = source.getParent();
      String place = Repository.relative(folder);
      Path twin = Repository.root().resolve(place.replace("src/test/java", "src/main/java"));
      if (!isNullMarked(folder) && !isNullMarked(twin)) {
        violations.put(place, place + " lacks a package-info.java with @NullMarked");
      }
    }
    assertTidy("null-marked", violations);
  }

  @Test
  void patternsShouldTellCodeFromProse() {
    assertThat(
            List.of("  // return x;", "// foo.bar(1);", "// int x = 1;", "  // }", "//@Override"))
        .allMatch(line -> DEAD_CODE.matcher(line).find());
    assertThat(List.of("// The leader; it waits.", "// see Raft, 5.2", "x(); // done", "// a -> b"))
        .noneMatch(line -> DEAD_CODE.matcher(line).find());
    assertThat(List.of("cd /work/x", "'/tmp'", "at /root/.m2", "/home/me/x"))
        .allMatch(line -> MACHINE_PATH.matcher(line).find());
    assertThat(List.of("GET /api/work/x", "$dir/tmp", "/usr/lib/jvm", "/workload", "target/tmp/"))
        .noneMatch(line -> MACHINE_PATH.matcher(line).find());
  }

  private void assertTidy(String rule, Map<String, String> violations) {
    assertThat(String.join("\n", exceptions.check(rule, violations))).as(rule).isEmpty();
  }

  private static boolean isNullMarked(Path folder) {
    Path info = folder.resolve("package-info.java");
    return Files.exists(info) && Repository.read(info).contains("@NullMarked");
  }

  private static boolean isImport(String line) {
    return line.startsWith("import ") || line.startsWith("package ");
  }

  private static String fileOf(String place) {
    return place.substring(0, place.lastIndexOf(':'));
  }

  /** Gives "path:line" and the text of each line; files that are not text are passed over. */
  private static void forEachLine(List<Path> files, BiConsumer<String, String> visit) {
    for (Path file : files) {
      String name = Repository.relative(file);
      try {
        List<String> lines = Files.readAllLines(file);
        for (int i = 0; i < lines.size(); i++) {
          visit.accept(name + ":" + (i + 1), lines.get(i));
        }
      } catch (CharacterCodingException e) {
        assertThat(name).as("text is UTF-8, and Java is text").doesNotEndWith(".java");
      } catch (IOException e) {
        throw new java.io.UncheckedIOException("cannot read " + name, e);
      }
    }
  }
}
