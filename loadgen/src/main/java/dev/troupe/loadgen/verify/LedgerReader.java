package dev.troupe.loadgen.verify;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.ByteString;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a ledger says about its keys. A last line that was cut off by a crash is left out.
 *
 * @param namespace empty for the default one
 */
public record LedgerReader(String namespace, List<TrackedKey> keys) {
  private static final int HEX = 16;

  public LedgerReader {
    keys = List.copyOf(keys);
  }

  public long acknowledgedWrites() {
    return keys.stream().mapToLong(key -> key.register().acknowledgedWrites()).sum();
  }

  public static LedgerReader read(Path path) throws IOException {
    ObjectMapper mapper = new ObjectMapper();
    Map<Long, TrackedKey> keys = new LinkedHashMap<>();
    try (BufferedReader lines = Files.newBufferedReader(path)) {
      JsonNode header = parse(mapper, lines.readLine());
      if (header == null || header.path("ledger").asInt() != Ledger.FORMAT) {
        throw new IOException(path + " is not a ledger of format " + Ledger.FORMAT);
      }
      long run = Long.parseUnsignedLong(header.path("run").asText(), HEX);
      for (String line; (line = lines.readLine()) != null; ) {
        JsonNode entry = parse(mapper, line);
        if (entry != null) {
          replay(entry, keys, run);
        } else if (lines.readLine() != null) {
          throw new IOException(path + " has a damaged line: " + line);
        }
      }
      keys.values().forEach(key -> key.register().allowUnknownWrites());
      return new LedgerReader(header.path("namespace").asText(), List.copyOf(keys.values()));
    }
  }

  private static void replay(JsonNode entry, Map<Long, TrackedKey> keys, long run)
      throws IOException {
    long index = entry.path("index").asLong();
    ByteString name = ByteString.copyFromUtf8(entry.path("key").asText());
    TrackedKey key = keys.computeIfAbsent(index, i -> new TrackedKey(run, i, name, new OwnedKey()));
    long sequence = entry.path("seq").asLong();
    long version = Long.parseUnsignedLong(entry.path("version").asText("0"));
    switch (event(entry)) {
      case BEGUN -> key.register().begin(sequence);
      case ACKNOWLEDGED -> key.register().acknowledged(sequence, version);
      case REFUSED -> key.register().refused(sequence);
      // The run that wrote the ledger has judged it already.
      case OBSERVED -> key.register().observed(sequence, version);
    }
  }

  private static Ledger.Event event(JsonNode entry) throws IOException {
    String name = entry.path("event").asText();
    for (Ledger.Event event : Ledger.Event.values()) {
      if (event.name().equals(name)) {
        return event;
      }
    }
    throw new IOException("the ledger has an unknown event '" + name + "'");
  }

  private static @Nullable JsonNode parse(ObjectMapper mapper, @Nullable String line) {
    if (line == null) {
      return null;
    }
    try {
      JsonNode node = mapper.readTree(line);
      return node.isObject() ? node : null;
    } catch (JsonProcessingException e) {
      return null;
    }
  }
}
