package dev.troupe.sql.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.protocol.codec.ByteReader;
import dev.troupe.protocol.codec.ByteWriter;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.sql.catalog.ElementState;
import dev.troupe.sql.catalog.TableDescriptor;
import dev.troupe.sql.exec.TestTables;
import dev.troupe.sql.type.Numeric;
import dev.troupe.sql.type.SqlType;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The bytes of rows and entries, which must never change, and what can be read out of them. */
final class StoredBytesTest {
  private static TestTables people() {
    return TestTables.table(16384, "people")
        .version(3)
        .required("id", SqlType.INT4)
        .column("name", SqlType.TEXT)
        .column("amount", SqlType.NUMERIC)
        .index("by_name", false, 2)
        .index("by_amount", true, ElementState.PUBLIC, null, List.of(2), -3);
  }

  private static final TableDescriptor PEOPLE = people().done();
  private static final TableLayout LAYOUT = TableLayout.of(PEOPLE);
  private static final @Nullable Object[] ANNA = {7, "anna", Numeric.of(150, 2)};
  private static final @Nullable Object[] NOBODY = {8, null, null};

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  private static String key(IndexLayout index, @Nullable Object[] row) {
    return hex(index.key(row).bytes());
  }

  @Test
  void shouldWriteTheseBytes() {
    IndexLayout byName = LAYOUT.indexes().get(0);
    IndexLayout byAmount = LAYOUT.indexes().get(1);
    assertThat(
            List.of(
                key(LAYOUT.primary(), ANNA),
                hex(LAYOUT.primary().value(ANNA)),
                hex(LAYOUT.primary().value(NOBODY)),
                key(byName, ANNA),
                hex(byName.value(ANNA)),
                key(byName, NOBODY),
                key(byAmount, ANNA),
                hex(byAmount.value(ANNA)),
                key(byAmount, NOBODY),
                hex(byAmount.value(NOBODY))))
        .containsExactly(GOLDEN);
  }

  private static final String[] GOLDEN = {
    "0382400001108000000000000007",
    "0103040504616e6e6102040302ac02",
    "01030503",
    "038240000240616e6e610001108000000000000007",
    "0100",
    "0382400002ff108000000000000008",
    "0382400003cc7ffffeefff",
    "0109108000000000000007040504616e6e6102040302ac02",
    "038240000300108000000000000008",
    "01000503"
  };

  @Test
  void shouldOrderIdsAsNumbers() {
    long[] ids = {0, 1, 127, 128, 255, 256, 16384, 65535, 65536, 1L << 32, Long.MAX_VALUE};
    byte[] last = new byte[0];
    for (long id : ids) {
      ByteWriter out = new ByteWriter(16);
      TableKeys.putOrdered(out, id);
      assertThat(Arrays.compareUnsigned(last, out.toBytes())).isNegative();
      assertThat(TableKeys.readOrdered(new ByteReader(out.toBytes()))).isEqualTo(id);
      last = out.toBytes();
    }
  }

  @Test
  void shouldReadBackAnyColumnsFromRows() {
    Key key = LAYOUT.primary().key(ANNA);
    byte[] value = LAYOUT.primary().value(ANNA);
    assertThat(RowReader.ofAll(LAYOUT).read(key, value)).containsExactly(ANNA);
    assertThat(RowReader.of(LAYOUT.primary(), List.of(3, 1)).read(key, value))
        .containsExactly(ANNA[2], ANNA[0]);
    assertThat(RowReader.of(LAYOUT.primary(), List.of()).read(key, value)).isEmpty();
    assertThat(RowReader.of(LAYOUT.primary(), List.of(1)).readsKeysOnly()).isTrue();
    assertThat(LAYOUT.primary().writtenUnder(value)).isEqualTo(3);
  }

  @Test
  void shouldReadBackAnyColumnsFromEntries() {
    for (IndexLayout index : LAYOUT.indexes()) {
      for (@Nullable Object[] row : List.of(ANNA, NOBODY)) {
        Key key = index.key(row);
        byte[] value = index.value(row);
        assertThat(RowReader.of(index, List.of(1, 2)).read(key, value))
            .containsExactly(row[0], row[1]);
        assertThat(index.primaryKey(key, value)).isEqualTo(LAYOUT.primary().key(row));
      }
    }
  }

  @Test
  void shouldGiveBackNumbersAsTheyWereWritten() {
    IndexLayout byAmount = LAYOUT.indexes().get(1);
    Numeric written = Numeric.of(1500, 3);
    @Nullable Object[] row = {7, "anna", written};
    assertThat(byAmount.key(row)).isEqualTo(byAmount.key(ANNA));
    @Nullable Object[] read =
        RowReader.of(byAmount, List.of(3)).read(byAmount.key(row), byAmount.value(row));
    assertThat(Objects.requireNonNull(read[0]).toString()).isEqualTo("1.500");
  }

  @Test
  void shouldReadRowsOfOlderAndNewerVersions() {
    TableDescriptor newer =
        people()
            .version(4)
            .column("city", SqlType.TEXT, true, "Bonn", false, ElementState.PUBLIC)
            .done();
    TableLayout layout = TableLayout.of(newer);
    Key key = LAYOUT.primary().key(ANNA);
    assertThat(RowReader.ofAll(layout).read(key, LAYOUT.primary().value(ANNA)))
        .containsExactly(7, "anna", ANNA[2], "Bonn");
    @Nullable Object[] moved = {7, "anna", null, null};
    byte[] value = layout.primary().value(moved);
    assertThat(RowReader.ofAll(layout).read(key, value)).containsExactly(moved);
    assertThat(RowReader.ofAll(LAYOUT).read(key, value)).containsExactly(7, "anna", null);
  }

  @Test
  void shouldPassOverLongValues() {
    String longText = "x".repeat(300);
    @Nullable Object[] row = {1, longText, Numeric.of(1)};
    Key key = LAYOUT.primary().key(row);
    byte[] value = LAYOUT.primary().value(row);
    assertThat(RowReader.ofAll(LAYOUT).read(key, value)).containsExactly(row);
    assertThat(RowReader.of(LAYOUT.primary(), List.of(3)).read(key, value)).containsExactly(row[2]);
  }

  @Test
  void shouldLeaveNullsOutOfBoundedSpans() {
    IndexLayout byName = LAYOUT.indexes().get(0);
    IndexLayout byAmount = LAYOUT.indexes().get(1);
    Key named = byName.key(ANNA);
    Key unnamed = byName.key(NOBODY);
    KeySpan above =
        Objects.requireNonNull(
            byName.spanBetween(new Object[0], new IndexLayout.Bound("a", false), null));
    assertThat(above.contains(named)).isTrue();
    assertThat(above.contains(unnamed)).isFalse();
    assertThat(byName.span().contains(unnamed)).isTrue();
    KeySpan below =
        Objects.requireNonNull(
            byAmount.spanBetween(new Object[0], null, new IndexLayout.Bound(Numeric.of(2), true)));
    assertThat(below.contains(byAmount.key(ANNA))).isTrue();
    assertThat(below.contains(byAmount.key(NOBODY))).isFalse();
    assertThat(
            byName.spanBetween(
                new Object[0], new IndexLayout.Bound("b", true), new IndexLayout.Bound("a", true)))
        .isNull();
  }

  @Test
  void shouldRespectBoundsInDescendingIndexes() {
    IndexLayout byAmount = LAYOUT.indexes().get(1);
    Object[] none = {};
    for (int amount = 0; amount < 5; amount++) {
      Key key = byAmount.key(new @Nullable Object[] {1, "x", Numeric.of(amount)});
      KeySpan span =
          Objects.requireNonNull(
              byAmount.spanBetween(
                  none,
                  new IndexLayout.Bound(Numeric.of(1), false),
                  new IndexLayout.Bound(Numeric.of(3), true)));
      assertThat(span.contains(key)).as("%d", amount).isEqualTo(amount > 1 && amount <= 3);
    }
  }
}
