package dev.troupe.rocksdb.persistence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.error.TroupeException;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.pekko.persistence.PersistentRepr;
import org.apache.pekko.persistence.query.EventEnvelope;
import org.apache.pekko.persistence.query.Offset;
import org.apache.pekko.persistence.query.PersistenceQuery;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is left after the process died without a word. */
final class CrashTest {
  private static final int ACKNOWLEDGED_BEFORE_KILL = 1500;

  @TempDir Path directory;

  @Test
  void shouldHaveEveryAcknowledgedEventAfterAKill() throws Exception {
    Path store = directory.resolve("store");
    Map<String, Long> acknowledged = new HashMap<>();
    for (int round = 0; round < 2; round++) {
      Path roundStore = store.resolve("round-" + round);
      acknowledged.clear();
      runAndKill(roundStore, acknowledged);
      assertThat(acknowledged).hasSize(CrashingWriter.WRITERS);
      try (PluginSystem plugin = PluginSystem.start(roundStore)) {
        requireComplete(plugin, acknowledged);
      }
    }
  }

  @Test
  void shouldReadBehindATornWriteAheadLog() throws Exception {
    Path image = imageOfARunningStore(60);
    Path log = newestLog(image);
    // The beginning of a record whose rest did not reach the disk.
    byte[] torn = Arrays.copyOf(Files.readAllBytes(log), 30);
    Files.write(log, torn, StandardOpenOption.APPEND);
    try (PluginSystem plugin = PluginSystem.start(image)) {
      assertThat(new Journalist(plugin, "id").replay(60)).hasSize(60);
    }
  }

  @Test
  void shouldRefuseToStartWhenAcknowledgedEventsAreDamagedInTheWriteAheadLog() throws Exception {
    Path image = imageOfARunningStore(60);
    Path log = newestLog(image);
    byte[] bytes = Files.readAllBytes(log);
    bytes[bytes.length / 2] ^= 1;
    Files.write(log, bytes);
    try (PluginSystem plugin = PluginSystem.start(image)) {
      assertThatThrownBy(() -> PersistenceStores.get(plugin.system()).store(""))
          .isInstanceOf(TroupeException.class)
          .extracting(error -> ((TroupeException) error).code())
          .isEqualTo(ErrorCode.CORRUPTION);
    }
  }

  private static void requireComplete(PluginSystem plugin, Map<String, Long> acknowledged) {
    Map<String, Long> stored = new HashMap<>();
    RocksReadJournal journal =
        PersistenceQuery.get(plugin.system())
            .getReadJournalFor(RocksReadJournal.class, RocksReadJournal.IDENTIFIER);
    for (EventEnvelope event :
        Streamed.all(journal.currentEventsByTag("crash", Offset.noOffset()), plugin.system())) {
      assertThat(event.sequenceNr()).isEqualTo(stored.getOrDefault(event.persistenceId(), 0L) + 1);
      assertThat(event.event()).isEqualTo(event.persistenceId() + "/" + event.sequenceNr());
      stored.put(event.persistenceId(), event.sequenceNr());
    }
    acknowledged.forEach(
        (id, last) -> {
          long highest = stored.get(id);
          assertThat(highest).isGreaterThanOrEqualTo(last).isLessThanOrEqualTo(last + 1);
          Journalist journalist = new Journalist(plugin, id);
          List<PersistentRepr> events = journalist.replay(highest);
          assertThat(events).hasSize((int) highest);
          journalist.write(highest + 1, highest + 2);
        });
  }

  private static void runAndKill(Path store, Map<String, Long> acknowledged) throws IOException {
    Process process =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElseThrow(),
                "--enable-native-access=ALL-UNNAMED",
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path"),
                CrashingWriter.class.getName(),
                store.toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
      int seen = 0;
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        String[] words = line.split(" ");
        if (words.length == 3 && words[0].equals("ACK")) {
          acknowledged.put(words[1], Long.parseLong(words[2]));
          if (++seen == ACKNOWLEDGED_BEFORE_KILL) {
            process.toHandle().destroyForcibly();
          }
        }
      }
    } finally {
      process.toHandle().destroyForcibly();
    }
  }

  /** A copy of the files as they are while the store is open, as a crash would leave them. */
  private Path imageOfARunningStore(int events) throws IOException {
    Path source = directory.resolve("running");
    Path image = directory.resolve("image");
    try (PluginSystem plugin = PluginSystem.start(source)) {
      Journalist journalist = new Journalist(plugin, "id");
      for (int i = 1; i <= events; i++) {
        journalist.write(i, i);
      }
      try (Stream<Path> files = Files.walk(source)) {
        for (Path file : files.toList()) {
          Files.copy(file, image.resolve(source.relativize(file).toString()));
        }
      }
    }
    return image;
  }

  private static Path newestLog(Path image) throws IOException {
    try (Stream<Path> files = Files.list(image.resolve("persistence"))) {
      return files
          .filter(file -> file.toString().endsWith(".log"))
          .max(Comparator.naturalOrder())
          .orElseThrow();
    }
  }
}
