package dev.troupe.sql.catalog;

import dev.troupe.sql.type.SqlType;
import java.util.List;

/** What can stand in a FROM clause by its name. Immutable. */
public sealed interface Relation
    permits TableDescriptor, ViewDescriptor, SequenceDescriptor, VirtualTable {
  /** Its OID: 16384 or more unless it is a virtual table. */
  long id();

  String schema();

  String name();

  /** Visible columns, in order. */
  List<String> columnNames();

  List<SqlType> columnTypes();
}
