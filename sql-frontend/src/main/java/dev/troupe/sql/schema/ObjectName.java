package dev.troupe.sql.schema;

/** Name of something in a schema. Tables, views, sequences and indexes share one set of them. */
public record ObjectName(String schema, String name) {
  @Override
  public String toString() {
    return schema + "." + name;
  }
}
