package dev.troupe.sql.schema;

import dev.troupe.sql.catalog.ForeignKey;

/** Foreign keys that differ from others in one thing. */
final class ForeignKeys {
  private ForeignKeys() {}

  static ForeignKey validated(ForeignKey key) {
    return with(key, key.name(), key.deferrable(), key.initiallyDeferred(), true);
  }

  static ForeignKey withName(ForeignKey key, String name) {
    return with(key, name, key.deferrable(), key.initiallyDeferred(), key.validated());
  }

  static ForeignKey withTiming(ForeignKey key, boolean deferrable, boolean initiallyDeferred) {
    return with(key, key.name(), deferrable, initiallyDeferred, key.validated());
  }

  private static ForeignKey with(
      ForeignKey key,
      String name,
      boolean deferrable,
      boolean initiallyDeferred,
      boolean validated) {
    return new ForeignKey(
        key.oid(),
        name,
        key.columns(),
        key.table(),
        key.references(),
        key.onDelete(),
        key.onUpdate(),
        deferrable,
        initiallyDeferred,
        validated);
  }
}
