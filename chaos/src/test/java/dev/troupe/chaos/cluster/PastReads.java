package dev.troupe.chaos.cluster;

import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.spi.FollowerReads;
import dev.troupe.protocol.spi.KvRequest;
import dev.troupe.protocol.spi.KvResponse;
import dev.troupe.protocol.spi.SystemClocks;
import dev.troupe.protocol.spi.TimestampSource;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Reads of the past that are waited for. */
final class PastReads {
  private PastReads() {}

  static FollowerReads.Answer exact(LocalNode node, KvRequest.Read read, Duration timeout) {
    return await(
        reply ->
            node.member()
                .followers()
                .read(read, SystemClocks.monotonic().nanos() + timeout.toNanos(), reply),
        timeout);
  }

  static FollowerReads.Answer stale(
      LocalNode node, KvRequest.Read read, Duration maxStaleness, Duration timeout) {
    return await(
        reply ->
            node.member()
                .followers()
                .readStale(
                    read,
                    maxStaleness,
                    SystemClocks.monotonic().nanos() + timeout.toNanos(),
                    reply),
        timeout);
  }

  private static FollowerReads.Answer await(
      Consumer<Consumer<FollowerReads.Answer>> ask, Duration timeout) {
    var answer = new CompletableFuture<FollowerReads.Answer>();
    ask.accept(answer::complete);
    try {
      return answer.get(timeout.toMillis() + 5_000, TimeUnit.MILLISECONDS);
    } catch (Exception failure) {
      throw new AssertionError("no answer", failure);
    }
  }

  /** The oracle's next timestamp; null when it cannot be had. */
  static @Nullable Timestamp draw(LocalNode node) {
    return Drawers.draw(node, 1, Duration.ofSeconds(2)) instanceof TimestampSource.Drawn.Granted g
        ? g.first()
        : null;
  }

  static KvRequest.Scan scan(KeySpan span, Timestamp at) {
    return new KvRequest.Scan(span, 7, 1 << 20, false, false, at);
  }

  /** All rows of a span as text with their versions, read page by page; null when a page failed. */
  static @Nullable List<String> rows(LocalNode node, KeySpan span, Timestamp at) {
    var rows = new ArrayList<String>();
    for (KeySpan rest = span; rest != null; ) {
      FollowerReads.Answer answer = exact(node, scan(rest, at), Duration.ofSeconds(3));
      if (!(answer.response() instanceof KvResponse.Page page)) {
        return null;
      }
      add(rows, page);
      rest = page.resume() == null ? null : new KeySpan(page.resume(), span.end());
    }
    return rows;
  }

  /** The same from the leaders. */
  static List<String> leaderRows(LocalNode node, KeySpan span, Timestamp at) {
    var rows = new ArrayList<String>();
    for (KeySpan rest = span; rest != null; ) {
      KvResponse answer = node.send(scan(rest, at), Duration.ofSeconds(20));
      if (!(answer instanceof KvResponse.Page page)) {
        throw new AssertionError("the leader answered " + answer);
      }
      add(rows, page);
      rest = page.resume() == null ? null : new KeySpan(page.resume(), span.end());
    }
    return rows;
  }

  private static void add(List<String> rows, KvResponse.Page page) {
    for (KvResponse.Row row : page.rows()) {
      rows.add(
          row.key() + "=" + new String(row.value(), StandardCharsets.UTF_8) + "@" + row.version());
    }
  }

  /** What rows hold in sum. */
  static long sum(List<String> rows) {
    long sum = 0;
    for (String row : rows) {
      sum += Long.parseLong(row.substring(row.lastIndexOf('=') + 1, row.lastIndexOf('@')));
    }
    return sum;
  }
}
