package dev.troupe.sql.type.codec;

/** How a column of a key is sorted, and on which side of all values NULL stands. */
public enum KeyOrder {
  /** NULL last, PostgreSQL's default. */
  ASCENDING(0x00, 0xFF),
  /** NULL first, PostgreSQL's default of descending columns. */
  DESCENDING(0xFF, 0x00),
  ASCENDING_NULLS_FIRST(0x00, 0x00),
  DESCENDING_NULLS_LAST(0xFF, 0xFF);

  private final int mask;
  private final int nullByte;

  KeyOrder(int mask, int nullByte) {
    this.mask = mask;
    this.nullByte = nullByte;
  }

  public static KeyOrder of(boolean descending, boolean nullsFirst) {
    if (descending) {
      return nullsFirst ? DESCENDING : DESCENDING_NULLS_LAST;
    }
    return nullsFirst ? ASCENDING_NULLS_FIRST : ASCENDING;
  }

  public boolean descending() {
    return mask != 0;
  }

  public boolean nullsFirst() {
    return nullByte == 0x00;
  }

  /** What every byte of a value is combined with by exclusive or. */
  int mask() {
    return mask;
  }

  /** The one byte that stands for NULL. */
  int nullByte() {
    return nullByte;
  }
}
