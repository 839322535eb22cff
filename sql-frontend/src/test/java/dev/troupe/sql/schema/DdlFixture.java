package dev.troupe.sql.schema;

import dev.troupe.sql.catalog.Relation;
import dev.troupe.sql.catalog.TableDescriptor;
import dev.troupe.sql.kv.KvTransaction;
import dev.troupe.sql.kv.KvTransactions;
import dev.troupe.sql.kv.MemoryStore;
import dev.troupe.sql.syntax.ParsedStatement;
import dev.troupe.sql.syntax.Parser;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Nodes over one key-value store, on which a test runs statements that change the schema. */
final class DdlFixture {
  final MemoryStore keys = new MemoryStore();
  final KvTransactions transactions = keys.transactions();

  /** A node, with its own memory of the catalog. */
  final class Node {
    private final CatalogStore store = new CatalogStore();

    Session begin() {
      return new Session(store, false);
    }

    Session beginForChange() {
      return new Session(store, true);
    }

    /** Runs statements in one transaction, and commits it. */
    List<DdlResult> run(String sql) {
      Session session = beginForChange();
      List<DdlResult> results = session.run(sql);
      session.commit();
      return results;
    }
  }

  /** A transaction. */
  final class Session {
    final KvTransaction transaction = transactions.begin(Duration.ofSeconds(10));
    final SchemaCatalog catalog;
    final FakeTableData data;
    String user = "root";

    private Session(CatalogStore store, boolean forChange) {
      catalog =
          SchemaCatalog.begin(
              store, transaction, VirtualRelations.NONE, List.of("root", "public"), forChange);
      data = new FakeTableData(transaction);
    }

    List<DdlResult> run(String sql) {
      List<DdlResult> results = new ArrayList<>();
      for (ParsedStatement parsed : Parser.parseAll(sql)) {
        results.add(
            new SchemaStatements(catalog, user, new PermissiveChecker(), data)
                .execute(parsed.statement()));
      }
      return results;
    }

    TableDescriptor table(String name) {
      return (TableDescriptor) relation(name);
    }

    Relation relation(String name) {
      return Objects.requireNonNull(catalog.find(null, name), name);
    }

    void commit() {
      transaction.commit();
    }
  }

  Node node() {
    return new Node();
  }
}
