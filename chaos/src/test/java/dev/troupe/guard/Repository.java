package dev.troupe.guard;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The checked-out repository as files, found by walking up from the directory of this module. */
final class Repository {
  private Repository() {}

  /** The directory with the parent pom. */
  static Path root() {
    Path directory = Path.of("").toAbsolutePath();
    while (!Files.isDirectory(directory.resolve(".ci"))) {
      directory = directory.getParent();
      if (directory == null) {
        throw new IllegalStateException(
            "no directory with .ci above " + Path.of("").toAbsolutePath());
      }
    }
    return directory;
  }

  /** Hand-written Java sources of all modules, main and test, in a fixed order. */
  static List<Path> javaSources() {
    return files().stream().filter(path -> path.toString().endsWith(".java")).toList();
  }

  /** Hand-written Java sources that ship, as opposed to tests. */
  static List<Path> mainSources() {
    return javaSources().stream()
        .filter(path -> relative(path).contains("src/main/java/"))
        .toList();
  }

  /**
   * Every file that is tracked, or would be if it were added now. Asks git, because only git knows
   * what is ignored.
   */
  static List<Path> files() {
    Path root = root();
    String listing =
        output(root, "git", "ls-files", "--cached", "--others", "--exclude-standard", "-z");
    return Stream.of(listing.split("\0"))
        .filter(name -> !name.isEmpty())
        .map(root::resolve)
        .filter(Files::isRegularFile)
        .sorted()
        .toList();
  }

  /** The path below the root, with forward slashes. */
  static String relative(Path path) {
    return root().relativize(path).toString().replace('\\', '/');
  }

  static String read(Path path) {
    try {
      return Files.readString(path);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + path, e);
    }
  }

  private static String output(Path directory, String... command) {
    try {
      Process process =
          new ProcessBuilder(command)
              .directory(directory.toFile())
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      int exitCode = process.waitFor();
      if (exitCode != 0) {
        throw new IllegalStateException(
            "%s failed with exit code %d in %s; the guards need git and a git checkout"
                .formatted(String.join(" ", command), exitCode, directory));
      }
      return output;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot run " + command[0] + "; the guards need git", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while running " + command[0], e);
    }
  }
}
