package dev.troupe.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.protocol.codec.DescriptorCodec;
import dev.troupe.protocol.codec.Keyspace;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.Member;
import dev.troupe.protocol.model.Membership;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.RangeDescriptor;
import dev.troupe.protocol.model.RangeId;
import dev.troupe.protocol.model.ReplicaId;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.spi.KvRequest;
import dev.troupe.protocol.spi.KvResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class MetaPublisherTest {
  private final List<KvRequest> sent = new ArrayList<>();
  private final List<Consumer<KvResponse>> replies = new ArrayList<>();
  private final MetaPublisher publisher =
      new MetaPublisher(
          (request, deadline, reply) -> {
            sent.add(request);
            replies.add(reply);
          },
          () -> 0,
          (delay, task) -> {});

  private void lead(KeySpan span) {
    Membership alone =
        Membership.of(new Member(new ReplicaId(1), new NodeId(1), Member.Role.VOTER));
    publisher.leads(new RangeDescriptor(new RangeId(7), span, 3, alone, 2));
  }

  @Test
  void shouldLookForBordersThatAreNoMoreInsideOfARange() {
    lead(new KeySpan(Key.of("b"), Key.of("d")));
    assertThat(sent).hasAtLeastOneElementOfType(KvRequest.Scan.class);
  }

  @Test
  void shouldNeedOneRequestForARangeThatIsOnRecord() {
    lead(new KeySpan(Key.of("b"), Key.of("d")));
    assertThat(sent).hasSize(1);
    replies
        .getFirst()
        .accept(new KvResponse.Page(List.of(row(7, "b", "d", 3)), null, Timestamp.MIN));

    assertThat(sent).as("nothing is to be done").hasSize(1);
  }

  @Test
  void shouldReplaceAnOlderRecordAndRemoveWhatIsLeftOfMergedRanges() {
    lead(new KeySpan(Key.of("b"), Key.of("d")));
    var left = row(8, "b", "c", 2);
    var older = row(7, "c", "d", 1);
    replies.getFirst().accept(new KvResponse.Page(List.of(left, older), null, Timestamp.MIN));

    assertThat(sent.subList(1, sent.size()))
        .extracting(request -> ((KvRequest.CompareAndSet) request).key())
        .containsExactly(left.key(), older.key());
  }

  /** Ranges from k10 to k40, all on record. */
  private void leadThirty() {
    for (int i = 10; i < 40; i++) {
      publisher.leads(range(i, "k" + i, "k" + (i + 1), 3));
      replies.getLast().accept(page(row(i, "k" + i, "k" + (i + 1), 3)));
    }
    sent.clear();
  }

  @Test
  void shouldLookAtTheRecordsOfManyRangesInPages() {
    leadThirty();
    List<KvResponse.Row> rows = new ArrayList<>();
    for (int i = 10; i < 40; i++) {
      if (i != 12) {
        rows.add(row(i, "k" + i, "k" + (i + 1), i == 17 ? 2 : 3));
      }
    }

    publisher.reconcile();
    assertThat(sent).singleElement().isInstanceOf(KvRequest.Scan.class);
    replies.getLast().accept(page(rows.toArray(KvResponse.Row[]::new)));

    assertThat(sent.subList(1, sent.size()))
        .extracting(request -> ((KvRequest.Scan) request).span().end())
        .containsExactlyInAnyOrder(
            Keyspace.meta(Key.of("k13")).next(), Keyspace.meta(Key.of("k18")).next());
  }

  /** Whoever published the left-hand range when it was whole may be late. */
  @Test
  void shouldRemoveAtItsNextLookWhatSomebodyWroteLate() {
    lead(new KeySpan(Key.of("b"), Key.of("d")));
    replies.getLast().accept(page(row(7, "b", "d", 3)));
    sent.clear();

    publisher.reconcile();
    var late = row(6, "a", "c", 1);
    replies.getLast().accept(page(late, row(7, "b", "d", 3)));
    assertThat(sent.getLast())
        .isEqualTo(new KvRequest.CompareAndSet(late.key(), late.value(), null));
  }

  @Test
  void shouldRemoveWhatSomebodyWroteLateOfManyRangesToo() {
    leadThirty();
    var late = row(6, "k10", "k17x", 1);
    var others = row(6, "a", "b", 1);
    List<KvResponse.Row> rows = new ArrayList<>(List.of(others));
    for (int i = 10; i < 40; i++) {
      rows.add(row(i, "k" + i, "k" + (i + 1), 3));
      if (i == 16) {
        rows.add(late);
      }
    }

    publisher.reconcile();
    replies.getLast().accept(page(rows.toArray(KvResponse.Row[]::new)));
    assertThat(sent.subList(1, sent.size()))
        .containsExactly(new KvRequest.CompareAndSet(late.key(), late.value(), null));
  }

  private static KvResponse.Page page(KvResponse.Row... rows) {
    return new KvResponse.Page(List.of(rows), null, Timestamp.MIN);
  }

  private static KvResponse.Row row(long id, String start, String end, long generation) {
    RangeDescriptor range = range(id, start, end, generation);
    return new KvResponse.Row(
        Keyspace.meta(range.span().end()), DescriptorCodec.encode(range), Timestamp.MIN);
  }

  private static RangeDescriptor range(long id, String start, String end, long generation) {
    Membership alone =
        Membership.of(new Member(new ReplicaId(1), new NodeId(1), Member.Role.VOTER));
    return new RangeDescriptor(
        new RangeId(id), new KeySpan(Key.of(start), Key.of(end)), generation, alone, 2);
  }

  @Test
  void shouldPublishARangeOfOneKey() {
    lead(KeySpan.of(Key.of("b")));
    replies.getLast().accept(page());
    assertThat(sent.getLast())
        .isInstanceOfSatisfying(
            KvRequest.CompareAndSet.class,
            put -> assertThat(put.key()).isEqualTo(Keyspace.meta(Key.of("b").next())));
  }
}
