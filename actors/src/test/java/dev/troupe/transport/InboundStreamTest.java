package dev.troupe.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.troupe.protocol.codec.ByteReader;
import dev.troupe.protocol.codec.ByteReader.MalformedBytes;
import dev.troupe.protocol.codec.ByteWriter;
import dev.troupe.transport.InboundStream.Ack;
import dev.troupe.transport.InboundStream.Place;
import org.junit.jupiter.api.Test;

class InboundStreamTest {
  private final InboundStream stream = new InboundStream();

  private Place accept(long incarnation, long epoch, long start, int bytes) {
    return stream.accept(
        new EnvelopeHeader(false, 1, 2, 1, incarnation, epoch, start, 0, 0), bytes);
  }

  @Test
  void shouldTakeBytesInOrderAndNoticeGaps() {
    assertThat(accept(1, 1, 0, 10)).isEqualTo(Place.NEXT);
    assertThat(accept(1, 1, 10, 5)).isEqualTo(Place.NEXT);
    assertThat(accept(1, 1, 20, 5)).isEqualTo(Place.AFTER_GAP);
    assertThat(accept(1, 1, 15, 5)).isEqualTo(Place.OUTDATED);
    assertThat(stream.ack()).isEqualTo(new Ack(1, 25));
  }

  @Test
  void shouldBeginAnewWithAHigherEpochOrIncarnationOnly() {
    accept(3, 5, 0, 10);
    assertThat(accept(3, 4, 10, 10)).isEqualTo(Place.OUTDATED);
    assertThat(accept(2, 9, 0, 10)).isEqualTo(Place.OLD_INCARNATION);
    assertThat(accept(3, 6, 100, 10)).isEqualTo(Place.NEXT);
    assertThat(accept(4, 2, 0, 10)).isEqualTo(Place.NEXT);
    assertThat(stream.ack()).isEqualTo(new Ack(2, 10));
    assertThat(accept(3, 7, 0, 10)).isEqualTo(Place.OLD_INCARNATION);
  }

  @Test
  void shouldAcknowledgeTheFirstOfAnEpochAndThenNowAndThen() {
    assertThat(stream.ackDue()).isFalse();
    accept(1, 1, 0, 0);
    assertThat(stream.ackDue()).isTrue();
    stream.ackSent(stream.ack());
    accept(1, 1, 0, (int) InboundStream.ACK_BYTES - 1);
    assertThat(stream.ackDue()).isFalse();
    accept(1, 1, InboundStream.ACK_BYTES - 1, 1);
    assertThat(stream.ackDue()).isTrue();
  }

  @Test
  void shouldPutALargeMessageTogether() {
    assertThat(fragment(6, 0, 1, 2, 3)).isNull();
    assertThat(fragment(6, 3, 4, 5)).isNull();
    assertThat(fragment(6, 5, 6)).containsExactly(1, 2, 3, 4, 5, 6);
  }

  @Test
  void shouldDropALargeMessageWithAHole() {
    assertThat(fragment(6, 3, 4, 5)).isNull();
    assertThat(fragment(6, 5, 6)).isNull();
    fragment(6, 0, 1, 2, 3);
    assertThat(fragment(6, 5, 6)).isNull();
    fragment(6, 0, 1, 2, 3);
    stream.dropPartial();
    assertThat(fragment(6, 3, 4, 5, 6)).isNull();
  }

  @Test
  void shouldRefuseImpossibleFragments() {
    assertRefused(0, 0, 1);
    assertRefused(EnvelopePacker.MESSAGE_BYTES_MAX + 1, 0, 1);
    assertRefused(3, -1, 1);
    assertRefused(3, 3, 1);
    assertRefused(3, Integer.MAX_VALUE, 1);
    assertRefused(3, 0);
  }

  private void assertRefused(int total, int position, int... bytes) {
    assertThatThrownBy(() -> fragment(total, position, bytes)).isInstanceOf(MalformedBytes.class);
  }

  private byte[] fragment(int total, int position, int... bytes) {
    ByteWriter out = new ByteWriter(16).putInt(total).putInt(position);
    for (int each : bytes) {
      out.putByte(each);
    }
    return stream.addFragment(new ByteReader(out.toBytes()));
  }
}
