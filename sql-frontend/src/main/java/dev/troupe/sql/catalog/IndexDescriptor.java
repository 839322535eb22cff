package dev.troupe.sql.catalog;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An index, or the primary key that holds the rows themselves.
 *
 * @param id part of its keys; unique in its table for ever; the primary key's is 1 at first
 * @param oid what clients know it by
 * @param keys in order
 * @param included ids of further columns whose values its entries carry
 * @param predicateSql of a partial index; otherwise null
 * @param constraint whether it belongs to a UNIQUE or PRIMARY KEY constraint of the same name
 */
public record IndexDescriptor(
    int id,
    long oid,
    String name,
    boolean unique,
    boolean primary,
    boolean constraint,
    List<Key> keys,
    List<Integer> included,
    @Nullable String predicateSql,
    ElementState state) {
  public IndexDescriptor {
    keys = List.copyOf(keys);
    included = List.copyOf(included);
  }

  /** The same with keys of its own. */
  public IndexDescriptor withId(int newId) {
    return new IndexDescriptor(
        newId, oid, name, unique, primary, constraint, keys, included, predicateSql, state);
  }

  /** The same under another name. */
  public IndexDescriptor withName(String newName) {
    return new IndexDescriptor(
        id, oid, newName, unique, primary, constraint, keys, included, predicateSql, state);
  }

  /** The same as a partial index of what the predicate says. */
  public IndexDescriptor withPredicate(String newPredicate) {
    return new IndexDescriptor(
        id, oid, name, unique, primary, constraint, keys, included, newPredicate, state);
  }

  /** The same in another state. */
  public IndexDescriptor withState(ElementState newState) {
    return new IndexDescriptor(
        id, oid, name, unique, primary, constraint, keys, included, predicateSql, newState);
  }

  /** The index of a constraint that is made of one that was none's. */
  public IndexDescriptor asConstraint(String newName, boolean isPrimary) {
    return new IndexDescriptor(
        id, oid, newName, unique, isPrimary, true, keys, included, predicateSql, state);
  }

  /**
   * A part of the key.
   *
   * @param column id of the column
   * @param nullsFirst where NULLs come when it is read forward
   */
  public record Key(int column, boolean descending, boolean nullsFirst) {}
}
