package dev.troupe.sql.schema;

import dev.troupe.protocol.model.Key;
import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Who may do what with one object: what was granted, over what holds as long as nobody has said
 * otherwise. The owner has everything unless there is an entry for it, and everybody has what the
 * kind of object gives everybody unless there is an entry for everybody. Not for several threads.
 */
final class AccessList {
  private final AccessObject object;

  /** By grantee, then by grantor; both as {@link Grant} has them. */
  private final TreeMap<String, TreeMap<String, Item>> items = new TreeMap<>();

  private static final class Item {
    final TreeSet<String> privileges = new TreeSet<>();
    final TreeSet<String> grantable = new TreeSet<>();
  }

  AccessList(AccessObject object, Collection<Grant> grants) {
    this.object = object;
    for (Grant grant : grants) {
      Item item = item(grant.grantee(), grant.grantor());
      item.privileges.addAll(grant.privileges());
      item.grantable.addAll(grant.grantable());
    }
    if (!hasEntry(object.owner())) {
      Item own = item(object.owner(), "");
      own.privileges.addAll(object.letters());
    }
    if (!object.everybody().isEmpty() && !hasEntry("")) {
      item("", "").privileges.addAll(object.everybody());
    }
  }

  private boolean hasEntry(String grantee) {
    Map<String, Item> of = items.get(grantee);
    return of != null && of.containsKey("");
  }

  private Item item(String grantee, String grantor) {
    return items
        .computeIfAbsent(grantee, name -> new TreeMap<>())
        .computeIfAbsent(grantor, name -> new Item());
  }

  /** All entries, the owner's first. */
  List<Grant> grants() {
    List<Grant> all = new ArrayList<>();
    items.forEach(
        (grantee, byGrantor) ->
            byGrantor.forEach(
                (grantor, item) ->
                    all.add(
                        all.isEmpty() || !grantee.equals(object.owner()) ? all.size() : 0,
                        new Grant(
                            object.id(),
                            grantee,
                            grantor,
                            List.copyOf(item.privileges),
                            List.copyOf(item.grantable)))));
    return all;
  }

  /** Which of its privileges a role can hand on, by grants to itself. */
  Set<String> grantable(String role) {
    Set<String> all = new TreeSet<>();
    items.getOrDefault(role, new TreeMap<>()).values().forEach(i -> all.addAll(i.grantable));
    return all;
  }

  void grant(String grantee, String grantor, Collection<String> letters, boolean withOption) {
    Item item = item(grantee, grantor);
    item.privileges.addAll(letters);
    if (withOption) {
      item.grantable.addAll(letters);
    }
  }

  /**
   * Takes privileges back.
   *
   * @param onlyOption whether the privileges themselves stay
   * @param cascade whether what was handed on by them goes, too
   * @throws SqlException when something was handed on by them and there is no CASCADE
   */
  void revoke(
      String grantee,
      String grantor,
      Collection<String> letters,
      boolean onlyOption,
      boolean cascade) {
    Map<String, Item> of = items.get(grantee);
    Item item = of == null ? null : of.get(grantor);
    if (item == null) {
      return;
    }
    item.grantable.removeAll(letters);
    if (!onlyOption) {
      item.privileges.removeAll(letters);
    }
    Set<String> lost = new TreeSet<>(letters);
    lost.removeAll(grantable(grantee));
    if (!grantee.isEmpty() && !grantee.equals(object.owner())) {
      revokeHandedOn(grantee, lost, cascade);
    }
  }

  private void revokeHandedOn(String grantor, Set<String> letters, boolean cascade) {
    for (String grantee : List.copyOf(items.keySet())) {
      Item item = items.getOrDefault(grantee, new TreeMap<>()).get(grantor);
      if (item == null || item.privileges.stream().noneMatch(letters::contains)) {
        continue;
      }
      if (!cascade) {
        throw new SqlException(SqlState.DEPENDENT_OBJECTS_STILL_EXIST, "dependent privileges exist")
            .withHint("Use CASCADE to revoke them too.");
      }
      revoke(grantee, grantor, letters, false, true);
    }
  }

  /** Forgets a role: what it was granted, and what it has granted. */
  void forget(String role) {
    items.remove(role);
    items.values().forEach(byGrantor -> byGrantor.remove(role));
  }

  /** The same list when the object belongs to somebody else, who gets what the old owner had. */
  AccessList ofOwner(AccessObject owned) {
    AccessList next = new AccessList(owned, List.of());
    next.items.clear();
    for (Grant grant : grants()) {
      Item item = next.item(swapped(grant.grantee(), owned.owner()), swapped(grant.grantor(), ""));
      item.privileges.addAll(grant.privileges());
      item.grantable.addAll(grant.grantable());
    }
    return next;
  }

  private String swapped(String role, String replacement) {
    return role.equals(object.owner()) ? replacement : role;
  }

  /** What has to be written so that this list is what is kept; null: goes. */
  Map<Key, @Nullable CatalogEntry> changes(Collection<Grant> kept) {
    Map<Key, @Nullable CatalogEntry> changes = new LinkedHashMap<>();
    kept.forEach(grant -> changes.put(new CatalogEntry.OfGrant(grant).key(), null));
    for (Grant grant : grants()) {
      boolean says =
          !grant.privileges().isEmpty()
              || (grant.grantor().isEmpty()
                  && (grant.grantee().equals(object.owner())
                      || (grant.grantee().isEmpty() && !object.everybody().isEmpty())));
      if (says) {
        CatalogEntry entry = new CatalogEntry.OfGrant(grant);
        changes.put(entry.key(), entry);
      }
    }
    return changes;
  }
}
