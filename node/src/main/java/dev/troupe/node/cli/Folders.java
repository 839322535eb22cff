package dev.troupe.node.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Removes throw-away directories. */
final class Folders {
  private Folders() {}

  /** Deletes a directory with all that is in it, and its parent when nothing else is left there. */
  static void delete(Path directory) throws IOException {
    if (Files.exists(directory)) {
      List<Path> deepestFirst;
      try (Stream<Path> all = Files.walk(directory)) {
        deepestFirst = all.sorted(Comparator.reverseOrder()).toList();
      } catch (UncheckedIOException e) {
        throw e.getCause();
      }
      for (Path path : deepestFirst) {
        Files.deleteIfExists(path);
      }
    }
    Path parent = directory.toAbsolutePath().getParent();
    if (parent != null) {
      deleteIfEmpty(parent);
    }
  }

  /** Siblings of a throw-away data folder whose process was killed before it could clean up. */
  static List<Path> orphansBeside(Path directory) throws IOException {
    Path parent = directory.toAbsolutePath().getParent();
    if (parent == null || !Files.exists(parent)) {
      return List.of();
    }
    try (Stream<Path> siblings = Files.list(parent)) {
      return siblings.filter(Folders::isOrphan).toList();
    }
  }

  private static boolean isOrphan(Path folder) {
    Path lock = folder.resolve("data").resolve("LOCK");
    try {
      long holder = Long.parseLong(Files.readString(lock).trim());
      return ProcessHandle.of(holder).isEmpty();
    } catch (IOException | NumberFormatException e) {
      // Not a node's folder, or one that its node is just making or deleting.
      return false;
    }
  }

  private static void deleteIfEmpty(Path directory) throws IOException {
    try {
      Files.delete(directory);
    } catch (DirectoryNotEmptyException | NoSuchFileException e) {
      // Somebody else still needs it, or was faster.
      return;
    }
  }
}
