package dev.troupe.gateway;

import dev.troupe.protocol.codec.DescriptorCodec;
import dev.troupe.protocol.codec.Keyspace;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.RangeDescriptor;
import dev.troupe.protocol.spi.KvClient;
import dev.troupe.protocol.spi.KvRequest;
import dev.troupe.protocol.spi.KvResponse;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Finds out from the lookup records which range serves a request. The first record at or above a
 * key is the one that counts, but whoever published a range may have been late and written one of a
 * past in between, where it lies until the range that has its keys now is looked after again. So
 * where the first record is known to be of the past those behind it are looked at. Any thread.
 */
final class RangeLookup {
  /** How many records behind the first are looked at. */
  static final int BEHIND_MAX = 32;

  private static final int BYTES_MAX = 1 << 20;

  private final KvClient kv;
  private final DescriptorCache descriptors;

  RangeLookup(KvClient kv, DescriptorCache descriptors) {
    this.kv = kv;
    this.descriptors = descriptors;
  }

  /**
   * Has the cache learn what serves a request.
   *
   * @param request outside of the system's own keys
   * @param gone nobody had a replica of it: a record that says the same is passed over
   * @param known gets whether the cache knows now
   */
  void start(
      KvRequest request,
      long deadlineNanos,
      @Nullable RangeDescriptor gone,
      Consumer<Boolean> known) {
    boolean below = request instanceof KvRequest.Scan scan && scan.reverse();
    Key from =
        below
            ? Keyspace.META.start().append(request.routingKey().bytes())
            : Keyspace.metaLookup(request.routingKey());
    kv.send(
        records(from, 1),
        deadlineNanos,
        response -> {
          if (!(response instanceof KvResponse.Page page) || page.rows().isEmpty()) {
            known.accept(false);
          } else if (learn(page, request, gone)) {
            known.accept(true);
          } else {
            lookBehind(page.rows().getFirst().key(), request, deadlineNanos, gone, known);
          }
        });
  }

  private void lookBehind(
      Key first,
      KvRequest request,
      long deadlineNanos,
      @Nullable RangeDescriptor gone,
      Consumer<Boolean> known) {
    kv.send(
        records(first.next(), BEHIND_MAX),
        deadlineNanos,
        response ->
            known.accept(response instanceof KvResponse.Page page && learn(page, request, gone)));
  }

  private static KvRequest.Scan records(Key from, int max) {
    var span = new KeySpan(from, Keyspace.META.end());
    return new KvRequest.Scan(span, max, BYTES_MAX, false, false, null);
  }

  /** Learns from one record after the other until the request's range is known. */
  private boolean learn(KvResponse.Page page, KvRequest request, @Nullable RangeDescriptor gone) {
    for (KvResponse.Row row : page.rows()) {
      RangeDescriptor recorded = DescriptorCodec.decodeDescriptor(row.value());
      if (!recorded.equals(gone)) {
        descriptors.learn(recorded);
      }
      if (descriptors.serving(request) != null) {
        return true;
      }
    }
    return false;
  }
}
