package dev.troupe.sql.vtable;

import dev.troupe.sql.catalog.Relation;
import dev.troupe.sql.schema.Grant;
import dev.troupe.sql.type.SqlArray;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Privileges as PostgreSQL writes them: {@code ann=r*w/root}. */
final class Privileges {
  private static final String ALL_ON_TABLE = "arwdDxt";
  private static final String ALL_ON_SEQUENCE = "rwU";

  private Privileges() {}

  /** Null when nobody but the owner has any. */
  static @Nullable SqlArray acl(CatalogView view, Relation relation) {
    String all = RelationTables.kind(relation).equals("S") ? ALL_ON_SEQUENCE : ALL_ON_TABLE;
    return acl(view, relation.id(), CatalogView.owner(relation), all);
  }

  static @Nullable SqlArray acl(CatalogView view, long object, String owner, String all) {
    List<Grant> grants = view.catalog().grants(object);
    if (grants.isEmpty()) {
      return null;
    }
    List<String> items = new ArrayList<>();
    items.add(owner + "=" + all + "/" + owner);
    for (Grant grant : grants) {
      StringBuilder letters = new StringBuilder();
      for (String letter : grant.privileges()) {
        letters.append(letter).append(grant.grantable().contains(letter) ? "*" : "");
      }
      items.add(grant.grantee() + "=" + letters + "/" + owner);
    }
    return RowWriter.texts(items);
  }
}
