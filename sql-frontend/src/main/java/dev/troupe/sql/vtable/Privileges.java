package dev.troupe.sql.vtable;

import dev.troupe.sql.catalog.Relation;
import dev.troupe.sql.schema.AccessObject;
import dev.troupe.sql.schema.Grant;
import dev.troupe.sql.type.SqlArray;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Privileges as PostgreSQL writes them: {@code ann=r*w/root}. */
final class Privileges {
  /** In the order in which they are shown. */
  private static final String LETTERS = "arwdDxtXUCTc";

  private Privileges() {}

  /** Null when nobody has said anything about the relation. */
  static @Nullable SqlArray acl(CatalogView view, Relation relation) {
    return acl(view, AccessObject.of(relation));
  }

  /** Null when nobody has said anything about the object. */
  static @Nullable SqlArray acl(CatalogView view, AccessObject object) {
    return view.catalog().grants(object.id()).isEmpty() ? null : items(view, object, 0);
  }

  /** Of one column; null when nobody has said anything about it alone. */
  static @Nullable SqlArray ofColumn(CatalogView view, Relation relation, int column) {
    return view.catalog().grants(relation.id()).isEmpty()
        ? null
        : items(view, AccessObject.of(relation), column);
  }

  private static @Nullable SqlArray items(CatalogView view, AccessObject object, int column) {
    List<String> items = new ArrayList<>();
    for (Grant grant : view.catalog().access(object)) {
      StringBuilder letters = new StringBuilder();
      for (String letter : LETTERS.split("")) {
        String privilege = column == 0 ? letter : AccessObject.ofColumn(letter, column);
        if (grant.privileges().contains(privilege)) {
          letters.append(letter).append(grant.grantable().contains(privilege) ? "*" : "");
        }
      }
      if (!letters.isEmpty()) {
        String grantor = grant.grantor().isEmpty() ? object.owner() : grant.grantor();
        items.add(name(grant.grantee()) + "=" + letters + "/" + name(grantor));
      }
    }
    return items.isEmpty() && column != 0 ? null : RowWriter.texts(items);
  }

  /** Quoted unless it consists of letters, digits and underscores. */
  private static String name(String role) {
    return role.matches("[A-Za-z0-9_]*") ? role : '"' + role.replace("\"", "\"\"") + '"';
  }
}
