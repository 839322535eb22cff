package dev.troupe.sql.schema;

import dev.troupe.sql.kv.KvTransactions;
import dev.troupe.sql.syntax.Parser;
import java.time.Duration;
import java.util.List;

/** Catalogs for tests of other packages, made by statements. */
public final class Definitions {
  private Definitions() {}

  /** What a transaction sees that has run the statements. */
  public static SchemaCatalog catalog(
      KvTransactions transactions, VirtualRelations virtual, String sql) {
    var transaction = transactions.begin(Duration.ofMinutes(1));
    SchemaCatalog catalog =
        SchemaCatalog.begin(
            new CatalogStore(), transaction, virtual, List.of("root", "public"), true);
    var statements =
        new SchemaStatements(
            catalog, "root", new PermissiveChecker(), new FakeTableData(transaction));
    Parser.parseAll(sql).forEach(p -> statements.execute(p.statement()));
    return catalog;
  }
}
