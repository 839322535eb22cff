package dev.troupe.chaos.history;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * All attempts of a run, in order of invocation.
 *
 * <p>Several files are recordings of one run by several clients whose clocks agree.
 */
public record History(List<Attempt> attempts) {
  public History {
    attempts = List.copyOf(attempts);
  }

  /**
   * @throws MalformedHistoryException when a line is no event, or does not fit those before it
   */
  public static History read(List<Path> files) throws IOException {
    Pairing pairing = new Pairing();
    for (Path file : files) {
      try (InputStream in = Files.newInputStream(file)) {
        readInto(pairing, file.toString(), in);
      }
    }
    return pairing.history();
  }

  /**
   * @param source how errors call it
   */
  public static History read(String source, InputStream in) throws IOException {
    Pairing pairing = new Pairing();
    readInto(pairing, source, in);
    return pairing.history();
  }

  private static void readInto(Pairing pairing, String source, InputStream in) throws IOException {
    pairing.nextFile();
    try (HistoryReader reader = new HistoryReader(source, in)) {
      for (HistoryEvent event; (event = reader.next()) != null; ) {
        String wrong = pairing.add(event);
        if (wrong != null) {
          throw reader.malformed(wrong);
        }
      }
    }
  }
}
