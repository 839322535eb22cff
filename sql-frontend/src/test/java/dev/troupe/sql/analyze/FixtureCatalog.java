package dev.troupe.sql.analyze;

import dev.troupe.sql.catalog.Catalog;
import dev.troupe.sql.catalog.ColumnDescriptor.Identity;
import dev.troupe.sql.catalog.Relation;
import dev.troupe.sql.catalog.SchemaDescriptor;
import dev.troupe.sql.catalog.TableStatistics;
import dev.troupe.sql.catalog.ViewDescriptor;
import dev.troupe.sql.type.SqlType;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A catalog of a few tables in memory. */
public final class FixtureCatalog implements Catalog {
  private final Map<String, Relation> relations = new LinkedHashMap<>();
  private final Map<Long, TableStatistics> statistics = new HashMap<>();

  /**
   * <pre>
   * users(id int8 key, name text not null, age int4, city varchar(40), score numeric(10,2))
   *   index users_age(age), unique users_name(name)
   * orders(id int8 key, user_id int8, total numeric, status text, placed timestamptz)
   *   index orders_user(user_id, placed)
   * items(order_id int8, line int4, product text, quantity int4 default 1): key (order_id, line)
   * notes(body text), without a key
   * made(id int4 identity, a int4, doubled int4 generated, check a &gt; 0)
   * adults: a view of users
   * </pre>
   */
  public static FixtureCatalog standard() {
    FixtureCatalog catalog = new FixtureCatalog();
    catalog.add(
        new FixtureTable(20_000, "users")
            .required("id", "int8")
            .required("name", "text")
            .column("age", "int4")
            .column("city", "varchar(40)")
            .column("score", "numeric(10,2)")
            .key("id")
            .index("users_age", "age")
            .unique("users_name", "name")
            .build());
    catalog.add(
        new FixtureTable(21_000, "orders")
            .required("id", "int8")
            .column("user_id", "int8")
            .column("total", "numeric")
            .column("status", "text")
            .column("placed", "timestamptz")
            .key("id")
            .index("orders_user", "user_id", "placed")
            .partial("orders_open", "status = 'open'", "placed")
            .build());
    catalog.add(
        new FixtureTable(22_000, "items")
            .required("order_id", "int8")
            .required("line", "int4")
            .column("product", "text")
            .withDefault("quantity", "int4", "1")
            .key("order_id", "line")
            .build());
    catalog.add(new FixtureTable(23_000, "notes").column("body", "text").build());
    catalog.add(
        new FixtureTable(24_000, "made")
            .identity("id", "int4", Identity.ALWAYS)
            .column("a", "int4")
            .generated("doubled", "int4", "a * 2")
            .key("id")
            .check("made_a_check", "a > 0")
            .build());
    catalog.add(
        new ViewDescriptor(
            25_000,
            "public",
            "adults",
            1,
            "root",
            "SELECT id, name FROM public.users WHERE age >= 18",
            List.of("id", "name"),
            List.of(SqlType.INT8, SqlType.TEXT),
            List.of(20_000L)));
    return catalog;
  }

  public FixtureCatalog add(Relation relation) {
    relations.put(relation.name(), relation);
    return this;
  }

  public FixtureCatalog rows(String table, long rows) {
    Relation relation = relations.get(table);
    if (relation == null) {
      throw new IllegalArgumentException(table);
    }
    statistics.put(relation.id(), new TableStatistics(rows, 100, Map.of(), Map.of(), Map.of()));
    return this;
  }

  @Override
  public long version() {
    return 1;
  }

  @Override
  public @Nullable Relation find(@Nullable String schema, String name) {
    return schema == null || schema.equals("public") ? relations.get(name) : null;
  }

  @Override
  public @Nullable Relation findStored(String schema, String name) {
    return find(schema, name);
  }

  @Override
  public @Nullable Relation relation(long id) {
    return relations.values().stream().filter(r -> r.id() == id).findFirst().orElse(null);
  }

  @Override
  public boolean hasSchema(String name) {
    return name.equals("public");
  }

  @Override
  public List<SchemaDescriptor> schemas() {
    return List.of(new SchemaDescriptor(2200, "public", "root"));
  }

  @Override
  public List<Relation> relations(String schema) {
    return List.copyOf(relations.values());
  }

  @Override
  public String creationSchema() {
    return "public";
  }

  @Override
  public @Nullable TableStatistics statistics(long table) {
    return statistics.get(table);
  }
}
