package dev.troupe.rocksdb.engine;

import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.error.TroupeException;
import dev.troupe.protocol.model.NodeId;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Contents of the file {@code STORE}: text, so that an operator can read it, with a checksum, so
 * that nobody edits it.
 *
 * @param incarnation number of the latest opening
 * @param confirmed incarnation that both databases are known to have recorded; 0 before the first
 * @param clusterId null until the node has joined
 * @param nodeId null until the node has joined
 */
record StoreStamp(
    String storeId,
    long incarnation,
    long confirmed,
    @Nullable String clusterId,
    @Nullable NodeId nodeId) {
  static final int FORMAT = 1;

  private static final String NONE = "-";

  StoreStamp withNextIncarnation() {
    return new StoreStamp(storeId, incarnation + 1, confirmed, clusterId, nodeId);
  }

  StoreStamp withConfirmed() {
    return new StoreStamp(storeId, incarnation, incarnation, clusterId, nodeId);
  }

  StoreStamp withMembership(String cluster, NodeId node) {
    return new StoreStamp(storeId, incarnation, confirmed, cluster, node);
  }

  byte[] encode() {
    String body =
        "format %d%nstore %s%nincarnation %d%nconfirmed %d%ncluster %s%nnode %s%n"
            .replace("%n", "\n")
            .formatted(
                FORMAT,
                storeId,
                incarnation,
                confirmed,
                clusterId == null ? NONE : clusterId,
                nodeId == null ? NONE : Integer.toString(nodeId.value()));
    return (body + "crc32c " + checksum(body) + "\n").getBytes(StandardCharsets.UTF_8);
  }

  /**
   * @param file named in messages
   * @throws TroupeException with CORRUPTION when it is damaged, PRECONDITION_FAILED when it is
   *     newer
   */
  static StoreStamp decode(byte[] bytes, Path file) {
    String text = new String(bytes, StandardCharsets.UTF_8);
    int crcAt = text.lastIndexOf("crc32c ");
    if (crcAt < 0
        || !text.substring(crcAt).equals("crc32c " + checksum(text.substring(0, crcAt)) + "\n")) {
      throw damaged(file, "its checksum is wrong");
    }
    Map<String, String> fields = new LinkedHashMap<>();
    for (String line : text.substring(0, crcAt).split("\n")) {
      int space = line.indexOf(' ');
      if (space > 0) {
        fields.put(line.substring(0, space), line.substring(space + 1));
      }
    }
    requireKnownFormat(number(fields, "format", file), file);
    String cluster = field(fields, "cluster", file);
    String node = field(fields, "node", file);
    return new StoreStamp(
        field(fields, "store", file),
        number(fields, "incarnation", file),
        number(fields, "confirmed", file),
        cluster.equals(NONE) ? null : cluster,
        node.equals(NONE) ? null : new NodeId((int) number(fields, "node", file)));
  }

  private static void requireKnownFormat(long format, Path file) {
    if (format > FORMAT) {
      throw new TroupeException(
          ErrorCode.PRECONDITION_FAILED,
          "data directory "
              + file.getParent()
              + " has format "
              + format
              + ", this version reads up to "
              + FORMAT
              + ": start it with the newer version that wrote it");
    }
    if (format < 1) {
      throw damaged(file, "format " + format + " does not exist");
    }
  }

  private static String field(Map<String, String> fields, String name, Path file) {
    String value = fields.get(name);
    if (value == null) {
      throw damaged(file, "it has no " + name);
    }
    return value;
  }

  private static long number(Map<String, String> fields, String name, Path file) {
    String value = field(fields, name, file);
    try {
      return Long.parseLong(value);
    } catch (NumberFormatException e) {
      throw damaged(file, "its " + name + " is not a number");
    }
  }

  private static TroupeException damaged(Path file, String why) {
    return new TroupeException(
        ErrorCode.CORRUPTION,
        "store stamp "
            + file
            + " is damaged: "
            + why
            + ". Do not repair it by hand: remove the node from its cluster, start it with an empty"
            + " data directory and let it join again");
  }

  private static String checksum(String body) {
    CRC32C crc = new CRC32C();
    crc.update(body.getBytes(StandardCharsets.UTF_8));
    return "%08x".formatted(crc.getValue());
  }
}
