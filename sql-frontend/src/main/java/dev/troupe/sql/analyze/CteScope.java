package dev.troupe.sql.analyze;

import dev.troupe.sql.plan.Column;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Common tables that can be named at some place; inner ones hide outer ones. Immutable. */
record CteScope(@Nullable CteScope outer, @Nullable CteEntry entry) {
  static final CteScope NONE = new CteScope(null, null);

  /**
   * A common table.
   *
   * @param columns names and types
   */
  record CteEntry(int id, String name, List<Column> columns) {
    CteEntry {
      columns = List.copyOf(columns);
    }
  }

  CteScope with(CteEntry added) {
    return new CteScope(this, added);
  }

  @Nullable CteEntry find(String name) {
    for (CteScope scope = this; scope != null; scope = scope.outer) {
      CteEntry candidate = scope.entry;
      if (candidate != null && candidate.name().equals(name)) {
        return candidate;
      }
    }
    return null;
  }
}
