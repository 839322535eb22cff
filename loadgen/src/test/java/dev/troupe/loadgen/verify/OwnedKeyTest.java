package dev.troupe.loadgen.verify;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class OwnedKeyTest {
  private final OwnedKey key = new OwnedKey();

  private long acknowledge(long version) {
    long sequence = key.begin();
    assertThat(key.acknowledged(sequence, version)).isEmpty();
    return sequence;
  }

  private void assertFound(long sequence, long version, Finding.Kind kind) {
    assertThat(key.observed(sequence, version))
        .hasValueSatisfying(finding -> assertThat(finding.kind()).isEqualTo(kind));
  }

  @Test
  void shouldAcceptTheAcknowledgedWrite() {
    long sequence = acknowledge(10);
    assertThat(key.observed(sequence, 10)).isEmpty();
  }

  @Test
  void shouldAcceptAbsenceBeforeTheFirstWrite() {
    assertThat(key.observed(OwnedKey.ABSENT, 0)).isEmpty();
  }

  @Test
  void shouldFindALostWrite() {
    acknowledge(10);
    assertFound(OwnedKey.ABSENT, 0, Finding.Kind.LOST);
  }

  @Test
  void shouldFindARewoundWrite() {
    long old = acknowledge(10);
    acknowledge(11);
    assertFound(old, 10, Finding.Kind.REWOUND);
  }

  @Test
  void shouldAcceptAWriteInDoubtWhetherItCameOrNot() {
    long settled = acknowledge(10);
    long doubtful = key.begin();
    assertThat(key.observed(settled, 10)).isEmpty();
    assertThat(key.observed(doubtful, 11)).isEmpty();
  }

  @Test
  void shouldFindTheOldValueAfterTheDoubtfulOneWasSeen() {
    long settled = acknowledge(10);
    long doubtful = key.begin();
    assertThat(key.observed(doubtful, 11)).isEmpty();
    assertFound(settled, 10, Finding.Kind.REWOUND);
  }

  @Test
  void shouldAcceptADoubtfulWriteThatTakesEffectAfterALaterOne() {
    long doubtful = key.begin();
    long later = acknowledge(10);
    assertThat(key.observed(later, 10)).isEmpty();
    assertThat(key.observed(doubtful, 11)).isEmpty();
    assertFound(later, 10, Finding.Kind.PHANTOM);
  }

  @Test
  void shouldFindADoubtfulWriteThatShowsAnOldVersion() {
    long doubtful = key.begin();
    acknowledge(10);
    assertFound(doubtful, 9, Finding.Kind.VERSION_REGRESSED);
  }

  @Test
  void shouldFindARefusedWriteThatTookEffect() {
    long refused = key.begin();
    key.refused(refused);
    assertFound(refused, 11, Finding.Kind.PHANTOM);
  }

  @Test
  void shouldFindAWriteThatWasNeverSent() {
    acknowledge(10);
    assertFound(5, 11, Finding.Kind.PHANTOM);
  }

  @Test
  void shouldAcceptLaterWritesOnlyWhenTheirRecordMayBeCutOff() {
    acknowledge(10);
    key.allowUnknownWrites();
    assertThat(key.observed(5, 11)).isEmpty();
  }

  @Test
  void shouldFindVersionsThatDoNotRise() {
    acknowledge(10);
    long second = key.begin();
    assertThat(key.acknowledged(second, 10))
        .hasValueSatisfying(
            finding -> assertThat(finding.kind()).isEqualTo(Finding.Kind.VERSION_REGRESSED));
  }

  @Test
  void shouldFindAVersionThatChangesWithoutAWrite() {
    long sequence = acknowledge(10);
    assertFound(sequence, 12, Finding.Kind.VERSION_REGRESSED);
  }

  @Test
  void shouldDoWithoutVersionsWhereThereAreNone() {
    long first = acknowledge(0);
    assertThat(key.observed(first, 0)).isEmpty();
    long second = acknowledge(0);
    assertThat(key.observed(second, 0)).isEmpty();
    assertFound(first, 0, Finding.Kind.REWOUND);
  }

  @Test
  void shouldCountWritesInDoubt() {
    key.begin();
    long second = key.begin();
    key.begin();
    assertThat(key.inDoubtWrites()).isEqualTo(3);
    key.refused(second);
    assertThat(key.inDoubtWrites()).isEqualTo(2);
    assertThat(key.observed(second, 1)).isPresent();
  }
}
