package dev.troupe.sql.session;

import dev.troupe.sql.catalog.CheckConstraint;
import dev.troupe.sql.catalog.ForeignKey;
import dev.troupe.sql.catalog.IndexDescriptor;
import dev.troupe.sql.catalog.TableDescriptor;
import dev.troupe.sql.kv.KvTransaction;
import dev.troupe.sql.schema.SchemaCatalog;
import dev.troupe.sql.schema.SchemaJob;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A change of the schema that still goes over rows which were there before it.
 *
 * @param oid of what is made
 * @param table with its schema
 * @param name of what is made; empty when it has just been dropped
 * @param rows that were gone over
 * @param rowsExpected as many as the table had when it was last counted; 0: never
 */
public record UnfinishedChange(
    long oid, Kind kind, String table, String name, long rows, long rowsExpected) {
  private static final Duration DEADLINE = Duration.ofSeconds(5);

  /** What is being done. */
  public enum Kind {
    BUILDING_INDEX,
    /** All entries are there, and rows are looked at for duplicates or violations. */
    VALIDATING_INDEX,
    VALIDATING_CONSTRAINT
  }

  /** All of the cluster, as of one moment. Waits for the catalog. */
  static List<UnfinishedChange> all(TransactionScope.Sources sources) {
    KvTransaction transaction = sources.transactions().begin(DEADLINE);
    try {
      SchemaCatalog catalog =
          SchemaCatalog.begin(sources.catalogs(), transaction, sources.virtual(), List.of(), false);
      return catalog.jobs().stream().map(job -> of(job, catalog, sources)).toList();
    } finally {
      transaction.rollback();
    }
  }

  private static UnfinishedChange of(
      SchemaJob job, SchemaCatalog catalog, TransactionScope.Sources sources) {
    Optional<TableDescriptor> table =
        Optional.ofNullable(catalog.relation(job.table()))
            .filter(TableDescriptor.class::isInstance)
            .map(TableDescriptor.class::cast);
    return new UnfinishedChange(
        job.oid(),
        switch (job.kind()) {
          case INDEX -> job.filled() ? Kind.VALIDATING_INDEX : Kind.BUILDING_INDEX;
          case CONSTRAINT -> Kind.VALIDATING_CONSTRAINT;
        },
        table.map(each -> each.schema() + "." + each.name()).orElse(""),
        table.flatMap(each -> nameOf(job.oid(), each)).orElse(""),
        job.rows(),
        sources.catalogs().statistics().rows(job.table()));
  }

  private static Optional<String> nameOf(long oid, TableDescriptor table) {
    return Stream.of(
            table.indexes().stream().filter(index -> index.oid() == oid).map(IndexDescriptor::name),
            table.checks().stream().filter(check -> check.oid() == oid).map(CheckConstraint::name),
            table.foreignKeys().stream().filter(key -> key.oid() == oid).map(ForeignKey::name))
        .flatMap(names -> names)
        .findFirst();
  }
}
