package dev.troupe.rocksdb.mvcc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.spi.StateStore.Version;
import org.junit.jupiter.api.Test;

/** Every way in which a reader and a writer of one key can meet. */
class NewestVersionsTest {
  private static final Key KEY = Key.of("k");
  private final NewestVersions newest = new NewestVersions(1 << 20);

  private static Version version(long at) {
    return new Version(new Timestamp(at), new byte[] {(byte) at});
  }

  private void fill(long at) {
    newest.offer(KEY, version(at), newest.readTicket(KEY));
  }

  private void write(long at) {
    newest.endWrite(KEY, newest.beginWrite(KEY), version(at));
  }

  private Timestamp present() {
    Version version = newest.get(KEY);
    return version == null ? Timestamp.MIN : version.timestamp();
  }

  @Test
  void shouldKeepWhatAReaderFound() {
    fill(5);
    assertThat(present()).isEqualTo(new Timestamp(5));
  }

  @Test
  void shouldDropAnOfferThatAWriteHasOvertaken() {
    long ticket = newest.readTicket(KEY);
    write(6);
    newest.offer(KEY, version(5), ticket);
    assertThat(present()).isEqualTo(Timestamp.MIN);
  }

  @Test
  void shouldDropOffersWhileAWriteIsUnderWay() {
    long before = newest.readTicket(KEY);
    Version known = newest.beginWrite(KEY);
    long during = newest.readTicket(KEY);
    newest.offer(KEY, version(5), before);
    newest.offer(KEY, version(5), during);
    assertThat(present()).isEqualTo(Timestamp.MIN);
    newest.endWrite(KEY, known, version(6));
    newest.offer(KEY, version(5), before);
    newest.offer(KEY, version(5), during);
    assertThat(present()).isEqualTo(Timestamp.MIN);
  }

  @Test
  void shouldHideAKeyWhileItIsWrittenAndShowTheNewVersionAfterwards() {
    fill(5);
    Version known = newest.beginWrite(KEY);
    assertThat(present()).isEqualTo(Timestamp.MIN);
    newest.endWrite(KEY, known, version(6));
    assertThat(present()).isEqualTo(new Timestamp(6));
  }

  @Test
  void shouldNotTakeAnOlderVersionForTheNewest() {
    fill(5);
    write(4);
    assertThat(present()).isEqualTo(Timestamp.MIN);
  }

  @Test
  void shouldForgetTheKeyOfAFailedWrite() {
    fill(5);
    newest.endWrite(KEY, newest.beginWrite(KEY), null);
    assertThat(present()).isEqualTo(Timestamp.MIN);
    fill(5);
    assertThat(present()).isEqualTo(new Timestamp(5));
  }

  @Test
  void shouldShowTheNewestOfTwoWritesOfOneBatch() {
    fill(1);
    Version first = newest.beginWrite(KEY);
    Version second = newest.beginWrite(KEY);
    newest.endWrite(KEY, first, version(7));
    newest.endWrite(KEY, second, version(6));
    assertThat(present()).isEqualTo(new Timestamp(7));
  }

  @Test
  void shouldLetNothingInWhileSuspended() {
    fill(5);
    long ticket = newest.readTicket(KEY);
    newest.suspend();
    newest.offer(KEY, version(5), ticket);
    fill(5);
    assertThat(present()).isEqualTo(Timestamp.MIN);
    newest.resume();
    newest.offer(KEY, version(5), ticket);
    assertThat(present()).isEqualTo(Timestamp.MIN);
    fill(3);
    assertThat(present()).isEqualTo(new Timestamp(3));
  }

  @Test
  void shouldStayWithinItsBytesAndRefuseLargeValues() {
    for (int i = 0; i < 20_000; i++) {
      Key key = Key.of("key " + i);
      newest.offer(key, new Version(new Timestamp(1), new byte[100]), newest.readTicket(key));
    }
    assertThat(newest.bytes()).isBetween(500_000L, 1L << 20);
    Version large = new Version(new Timestamp(1), new byte[NewestVersions.VALUE_BYTES_MAX + 1]);
    newest.offer(KEY, large, newest.readTicket(KEY));
    assertThat(newest.get(KEY)).isNull();
    fill(1);
    newest.endWrite(KEY, newest.beginWrite(KEY), large);
    assertThat(newest.get(KEY)).isNull();
  }
}
