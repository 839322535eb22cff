package dev.troupe.sql.schema;

import dev.troupe.protocol.spi.TxnRequest.Lock;
import dev.troupe.sql.catalog.Catalog;
import dev.troupe.sql.catalog.IndexDescriptor;
import dev.troupe.sql.catalog.Relation;
import dev.troupe.sql.catalog.SchemaDescriptor;
import dev.troupe.sql.catalog.SequenceDescriptor;
import dev.troupe.sql.catalog.TableDescriptor;
import dev.troupe.sql.catalog.TableStatistics;
import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.kv.KvTransaction;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The catalog of one transaction: what was there when it began, and what it has changed itself.
 * Begin it with the transaction and forget it with it. Used by one session's thread.
 */
public final class SchemaCatalog implements Catalog {
  /** Versions that exist in one transaction alone are negative and never come twice. */
  private static final AtomicLong OWN_VERSIONS = new AtomicLong();

  private static final String SYSTEM_SCHEMA = "pg_catalog";

  private final KvTransaction transaction;
  private final VirtualRelations virtual;
  private final CatalogSnapshot base;
  private final StatisticsStore.Known statistics;
  private final CatalogChanges changes;
  private List<String> searchPath;

  /** Null: nobody's rights are looked at. */
  private @Nullable String user;

  private String sessionUser = Role.ROOT.name();

  private @Nullable AccessRights rights;
  private long rightsVersion;

  private SchemaCatalog(
      KvTransaction transaction,
      CatalogLeases leases,
      VirtualRelations virtual,
      CatalogSnapshot base,
      StatisticsStore.Known statistics,
      List<String> searchPath) {
    this.statistics = statistics;
    this.transaction = transaction;
    this.virtual = virtual;
    this.base = base;
    this.changes = new CatalogChanges(transaction, leases, base);
    this.searchPath = List.copyOf(searchPath);
  }

  /**
   * Reads which version is in force, and with it everything that this node does not know of it.
   *
   * @param searchPath names of schemas in order, whether they exist or not, with {@code $user}
   *     replaced
   * @param forChange whether the transaction begins with a statement that changes the catalog: then
   *     it waits for others that do, instead of failing against them when it commits
   */
  public static SchemaCatalog begin(
      CatalogStore store,
      KvTransaction transaction,
      VirtualRelations virtual,
      List<String> searchPath,
      boolean forChange) {
    CatalogSnapshot base = store.read(transaction, forChange ? Lock.WAIT : Lock.NONE);
    return new SchemaCatalog(
        transaction, store.leases(), virtual, base, store.statistics().known(), searchPath);
  }

  /**
   * The newest catalog that this node knows, without a look whether it is in force: whoever uses it
   * finds out afterwards.
   */
  public static SchemaCatalog assumed(
      CatalogStore store,
      KvTransaction transaction,
      VirtualRelations virtual,
      List<String> searchPath) {
    return new SchemaCatalog(
        transaction,
        store.leases(),
        virtual,
        store.newest(),
        store.statistics().known(),
        searchPath);
  }

  /** A point to which {@link #restore} can go back. */
  public static final class Mark {
    private final CatalogChanges.State state;

    private Mark(CatalogChanges.State state) {
      this.state = state;
    }
  }

  /** To be taken where the transaction gets a savepoint. */
  public Mark mark() {
    return new Mark(changes.state());
  }

  /** To be called when the transaction has gone back to the savepoint. */
  public void restore(Mark mark) {
    changes.restore(mark.state);
  }

  /** Takes effect at once; costs nothing. */
  public void setSearchPath(List<String> names) {
    searchPath = List.copyOf(names);
  }

  KvTransaction transaction() {
    return transaction;
  }

  CatalogChanges changes() {
    return changes;
  }

  CatalogSnapshot snapshot() {
    return changes.current();
  }

  /** Whether this transaction itself made the object, so that no other one can know it. */
  boolean isOwn(long relation) {
    return base.relation(relation) == null;
  }

  /**
   * Whether this transaction itself made an index or a table's rows' place: nobody else sees it.
   */
  public boolean isOwn(TableDescriptor table, IndexDescriptor index) {
    if (!(base.relation(table.id()) instanceof TableDescriptor before)) {
      return true;
    }
    return before.primary().id() != index.id()
        && before.indexes().stream().noneMatch(known -> known.id() == index.id());
  }

  /** Whether the transaction has changed the catalog. */
  public boolean changed() {
    return changes.current() != base;
  }

  static long nextOwnVersion() {
    return OWN_VERSIONS.decrementAndGet();
  }

  @Override
  public long version() {
    return snapshot().version();
  }

  @Override
  public @Nullable Relation find(@Nullable String schema, String name) {
    if (schema != null) {
      checkUsable(schema);
      return findStored(schema, name);
    }
    for (String searched : searchedSchemas(true)) {
      Relation found = findStored(searched, name);
      if (found != null) {
        return found;
      }
    }
    return null;
  }

  @Override
  public @Nullable Relation findStored(String schema, String name) {
    Relation system = virtual.find(schema, name);
    return system != null ? system : snapshot().relation(schema, name);
  }

  /**
   * @throws SqlException when the schema exists and nobody who works here may look into it
   */
  private void checkUsable(String name) {
    SchemaDescriptor schema = schema(name);
    if (schema != null && !isUsable(schema)) {
      throw AccessObject.of(schema).denied();
    }
  }

  private boolean isUsable(SchemaDescriptor schema) {
    return user == null || rights().mayLookInto(schema);
  }

  @Override
  public @Nullable Relation relation(long id) {
    Relation kept = snapshot().relation(id);
    return kept != null ? kept : virtual.find(id);
  }

  /** OID of a relation or an index; null when there is none of that name. */
  public @Nullable Long findId(@Nullable String schema, String name) {
    if (schema != null) {
      Relation system = virtual.find(schema, name);
      return system != null ? Long.valueOf(system.id()) : snapshot().idOf(schema, name);
    }
    for (String searched : searchedSchemas(true)) {
      Long found = findId(searched, name);
      if (found != null) {
        return found;
      }
    }
    return null;
  }

  /** The table that an index or constraint belongs to; null when there is no such. */
  public @Nullable TableDescriptor tableOfPart(long oid) {
    return snapshot().tableOfPart(oid);
  }

  /** Everything that is kept, of all schemas. */
  public List<Relation> allRelations() {
    return snapshot().relations().stream().sorted(Comparator.comparingLong(Relation::id)).toList();
  }

  /** Tables whose rows are computed. */
  public List<? extends Relation> virtualRelations() {
    return virtual.all();
  }

  @Override
  public boolean hasSchema(String name) {
    return schema(name) != null;
  }

  public @Nullable SchemaDescriptor schema(String name) {
    SchemaDescriptor kept = snapshot().schema(name);
    if (kept != null) {
      return kept;
    }
    return virtual.schemas().stream().filter(s -> s.name().equals(name)).findFirst().orElse(null);
  }

  @Override
  public List<SchemaDescriptor> schemas() {
    Map<Long, SchemaDescriptor> all = new TreeMap<>();
    virtual.schemas().forEach(schema -> all.put(schema.id(), schema));
    snapshot().schemas().forEach(schema -> all.put(schema.id(), schema));
    return List.copyOf(all.values());
  }

  @Override
  public List<Relation> relations(String schema) {
    return snapshot().relations().stream()
        .filter(relation -> relation.schema().equals(schema))
        .sorted(Comparator.comparing(Relation::name))
        .toList();
  }

  @Override
  public @Nullable String creationSchema() {
    for (String name : searchPath) {
      SchemaDescriptor schema = snapshot().schema(name);
      if (name.equals(SYSTEM_SCHEMA) || (schema != null && isUsable(schema))) {
        return name;
      }
    }
    return null;
  }

  /**
   * Schemas that are searched, in order; those that exist.
   *
   * @param withImplicit with the one that is searched first although nobody named it
   */
  public List<String> searchedSchemas(boolean withImplicit) {
    List<String> searched = new ArrayList<>(searchPath.size() + 1);
    if (withImplicit && !searchPath.contains(SYSTEM_SCHEMA)) {
      searched.add(SYSTEM_SCHEMA);
    }
    for (String name : searchPath) {
      SchemaDescriptor schema = schema(name);
      if (schema != null && !searched.contains(name) && isUsable(schema)) {
        searched.add(name);
      }
    }
    return searched;
  }

  @Override
  public @Nullable TableStatistics statistics(long table) {
    return statistics.tables().get(table);
  }

  /** Changes whenever {@link #statistics} does: plans are as good as these were. */
  public long statisticsEpoch() {
    return statistics.epoch();
  }

  public List<Role> roles() {
    return List.copyOf(snapshot().roles());
  }

  public @Nullable Role role(String name) {
    return snapshot().role(name);
  }

  public @Nullable String comment(CommentTarget target) {
    return snapshot().comment(target);
  }

  /** How far a sequence has come. */
  public Sequences.Position position(SequenceDescriptor sequence) {
    return Sequences.position(transaction, sequence);
  }

  /** Changes that are still under way, as this transaction sees them. */
  public List<SchemaJob> jobs() {
    return SchemaJob.all(transaction);
  }

  /** All comments. */
  public List<CatalogEntry.OfComment> comments() {
    List<CatalogEntry.OfComment> found = new ArrayList<>();
    for (CatalogEntry entry : snapshot().entries()) {
      if (entry instanceof CatalogEntry.OfComment comment) {
        found.add(comment);
      }
    }
    return found;
  }

  /** What was granted on one object. */
  public List<Grant> grants(long object) {
    return snapshot().grants(object);
  }

  /**
   * Who may do what with an object, as it is now: also what nobody has granted. The owner's entry
   * is the first.
   */
  public List<Grant> access(AccessObject object) {
    return new AccessList(object, grants(object.id())).grants();
  }

  /** Says in whose name everything is looked up from now on; by nobody's rights before. */
  public void actFor(String current, String session) {
    user = current;
    sessionUser = session;
  }

  /** By whose memberships the role was taken in whose name this transaction works. */
  String sessionUser() {
    return sessionUser;
  }

  /** What the role may do in whose name this transaction works. */
  public AccessRights rights() {
    AccessRights known = rights;
    String now = user == null ? Role.ROOT.name() : user;
    if (known == null || rightsVersion != version() || !known.role().equals(now)) {
      known = rightsOf(now);
      rights = known;
      rightsVersion = version();
    }
    return known;
  }

  /** What a role may do. */
  public AccessRights rightsOf(String role) {
    return new AccessRights(snapshot(), role);
  }

  /** Names that are taken in a schema. */
  boolean isTaken(String schema, String name) {
    return virtual.find(schema, name) != null || snapshot().idOf(schema, name) != null;
  }

  Set<String> systemSchemas() {
    return Set.copyOf(virtual.schemas().stream().map(SchemaDescriptor::name).toList());
  }
}
