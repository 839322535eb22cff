package dev.troupe.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.protocol.codec.DescriptorCodec;
import dev.troupe.protocol.codec.Keyspace;
import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.error.TroupeException;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.Member;
import dev.troupe.protocol.model.Membership;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.RangeDescriptor;
import dev.troupe.protocol.model.RangeId;
import dev.troupe.protocol.model.ReplicaId;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.spi.ClusterAdmin.RangeStatus;
import dev.troupe.protocol.spi.ClusterAdmin.SplitResult;
import dev.troupe.protocol.spi.KvRequest;
import dev.troupe.protocol.spi.KvResponse;
import dev.troupe.range.AdminRequest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Splits in a cluster of one table of ranges, and of records about them that may be late. */
class RangeSplitterTest {
  private static final NodeId NODE = new NodeId(1);
  private static final Key START = Keyspace.KV.start();

  private final TreeMap<Key, RangeDescriptor> ranges = new TreeMap<>();
  private final TreeMap<Key, RangeDescriptor> records = new TreeMap<>();
  private final List<AdminRequest.SplitRange> changes = new ArrayList<>();
  private byte @Nullable [] nextId;
  private boolean recordsAreKept = true;
  private int surveys;
  private long now;

  private final RangeSplitter splitter =
      new RangeSplitter(
          this::answer,
          this::survey,
          range -> NODE,
          this::change,
          () -> now,
          (delay, action) -> {
            now += delay;
            action.run();
          });

  RangeSplitterTest() {
    put(range(1, START, Key.MAX, 1));
    record();
  }

  private static RangeDescriptor range(long id, Key start, Key end, long generation) {
    var member = new Member(new ReplicaId(1), NODE, Member.Role.VOTER);
    return new RangeDescriptor(
        new RangeId(id), new KeySpan(start, end), generation, Membership.of(member), 2);
  }

  private void put(RangeDescriptor range) {
    ranges.put(range.span().start(), range);
  }

  private void record() {
    records.clear();
    ranges.values().forEach(range -> records.put(Keyspace.meta(range.span().end()), range));
  }

  private void answer(KvRequest request, long deadline, Consumer<KvResponse> reply) {
    reply.accept(
        switch (request) {
          case KvRequest.Scan scan ->
              new KvResponse.Page(
                  records.tailMap(scan.span().start()).entrySet().stream()
                      .limit(scan.maxRows())
                      .map(
                          record ->
                              new KvResponse.Row(
                                  record.getKey(),
                                  DescriptorCodec.encode(record.getValue()),
                                  Timestamp.MIN))
                      .toList(),
                  null,
                  Timestamp.MIN);
          case KvRequest.Get get -> new KvResponse.Value(nextId, Timestamp.MIN);
          case KvRequest.CompareAndSet set -> {
            nextId = set.value();
            yield new KvResponse.Compared(true, null, Timestamp.MIN);
          }
          default -> throw new AssertionError("not asked for here: " + request);
        });
  }

  private CompletionStage<List<RangeStatus>> survey() {
    surveys++;
    return CompletableFuture.completedStage(
        ranges.values().stream()
            .map(range -> new RangeStatus(range, NODE, 1, 1, 1, 1, 1, 0, 0, List.of()))
            .toList());
  }

  private CompletionStage<Void> change(AdminRequest request, @Nullable NodeId leader, long nanos) {
    assertThat(leader).isEqualTo(NODE);
    var split = (AdminRequest.SplitRange) request;
    changes.add(split);
    RangeDescriptor whole =
        ranges.values().stream()
            .filter(r -> r.id().equals(split.range()))
            .findFirst()
            .orElseThrow();
    if (!whole.span().contains(split.key()) || whole.span().start().equals(split.key())) {
      return CompletableFuture.failedStage(
          new TroupeException(ErrorCode.RANGE_MOVED, "not inside of " + whole));
    }
    long generation = whole.generation() + 1;
    put(range(whole.id().value(), whole.span().start(), split.key(), generation));
    put(range(split.right().value(), split.key(), whole.span().end(), generation));
    if (recordsAreKept) {
      record();
    }
    return CompletableFuture.completedStage(null);
  }

  private SplitResult split(String key) {
    return splitter
        .split(START.append(key.getBytes(StandardCharsets.UTF_8)))
        .toCompletableFuture()
        .join();
  }

  @Test
  void shouldSplitManyTimesWithoutAskingAllNodesAboutAllRanges() {
    for (int i = 100; i < 200; i++) {
      SplitResult result = split("k" + i);
      assertThat(result.done()).isTrue();
      assertThat(result.left().span().end()).isEqualTo(result.right().span().start());
    }

    assertThat(ranges).hasSize(101);
    assertThat(changes).hasSize(100);
    assertThat(surveys).isZero();
  }

  @Test
  void shouldDoNothingWhereThereIsABorder() {
    split("b");

    assertThat(split("b").done()).isFalse();
    assertThat(changes).hasSize(1);
  }

  @Test
  void shouldNotTakeARecordForABorderThatWasMergedAway() {
    SplitResult before = split("b");
    ranges.clear();
    put(range(1, START, Key.MAX, before.right().generation() + 1));

    assertThat(split("b").done()).isTrue();
    assertThat(ranges).hasSize(2);
  }

  @Test
  void shouldAskTheNodesWhenNobodyPutsTheSplitOnRecord() {
    recordsAreKept = false;

    SplitResult result = split("b");

    assertThat(result.done()).isTrue();
    assertThat(changes).hasSize(1);
    assertThat(surveys).isEqualTo(1);
  }
}
