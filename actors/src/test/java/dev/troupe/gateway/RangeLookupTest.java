package dev.troupe.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.protocol.codec.DescriptorCodec;
import dev.troupe.protocol.codec.Keyspace;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.Membership;
import dev.troupe.protocol.model.RangeDescriptor;
import dev.troupe.protocol.model.RangeId;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.spi.KvRequest;
import dev.troupe.protocol.spi.KvResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RangeLookupTest {
  /** Has been split at c, and was recorded late as it was before. */
  private static final RangeDescriptor BEFORE = range(7, "a", "e", 3);

  private static final RangeDescriptor LEFT = range(7, "a", "c", 4);

  /** The right-hand part, which has taken over what is behind e. */
  private static final RangeDescriptor OWNER = range(8, "c", "g", 6);

  private final NavigableMap<Key, RangeDescriptor> records = new TreeMap<>();
  private final DescriptorCache cache = new DescriptorCache();
  private final List<KvRequest> sent = new ArrayList<>();
  private final RangeLookup lookup = new RangeLookup(this::answer, cache);

  RangeLookupTest() {
    for (RangeDescriptor range : List.of(LEFT, BEFORE, OWNER, range(9, "g", "k", 1))) {
      records.put(Keyspace.meta(range.span().end()), range);
    }
  }

  private static RangeDescriptor range(long id, String start, String end, long generation) {
    return new RangeDescriptor(
        new RangeId(id), new KeySpan(Key.of(start), Key.of(end)), generation, Membership.EMPTY, 1);
  }

  private void answer(KvRequest request, long deadlineNanos, Consumer<KvResponse> reply) {
    sent.add(request);
    var scan = (KvRequest.Scan) request;
    List<KvResponse.Row> rows =
        records.subMap(scan.span().start(), scan.span().end()).entrySet().stream()
            .limit(scan.maxRows())
            .map(
                entry ->
                    new KvResponse.Row(
                        entry.getKey(), DescriptorCodec.encode(entry.getValue()), Timestamp.MIN))
            .toList();
    reply.accept(new KvResponse.Page(rows, null, Timestamp.MIN));
  }

  private @Nullable RangeDescriptor lookUp(KvRequest request, @Nullable RangeDescriptor gone) {
    List<Boolean> known = new ArrayList<>();
    lookup.start(request, 9, gone, known::add);
    RangeDescriptor found = cache.serving(request);
    assertThat(known).containsExactly(found != null);
    return found;
  }

  private static KvRequest read(String key) {
    return new KvRequest.Get(Key.of(key));
  }

  @Test
  void shouldFindTheFirstRecordAboveAKeyWithOneRequest() {
    assertThat(lookUp(read("b"), null)).isEqualTo(LEFT);
    assertThat(sent).hasSize(1);
  }

  @Test
  void shouldBelieveARecordUntilSomethingNewerIsKnown() {
    assertThat(lookUp(read("d"), null)).isEqualTo(BEFORE);
    assertThat(sent).hasSize(1);
  }

  @Test
  void shouldLookBehindARecordThatIsKnownToBeOutOfDate() {
    cache.learn(LEFT);
    assertThat(lookUp(read("d"), null)).isEqualTo(OWNER);
  }

  @Test
  void shouldLookBehindARecordOfARangeThatIsGone() {
    assertThat(lookUp(read("d"), BEFORE)).isEqualTo(OWNER);
    assertThat(cache.holding(Key.of("b"))).as("not learned").isNull();
  }

  @Test
  void shouldFindWhatIsBelowAnEnd() {
    cache.learn(LEFT);
    var span = new KeySpan(Key.of("c"), Key.of("e"));
    assertThat(lookUp(new KvRequest.Scan(span, 1, 1, true, false, null), null)).isEqualTo(OWNER);
  }

  @Test
  void shouldSayThatNothingIsKnownWhereNothingIsOnRecord() {
    assertThat(lookUp(read("x"), null)).isNull();
    records.remove(Keyspace.meta(OWNER.span().end()));
    assertThat(lookUp(read("f"), null)).isNull();
  }
}
