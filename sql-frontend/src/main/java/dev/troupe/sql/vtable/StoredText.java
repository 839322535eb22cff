package dev.troupe.sql.vtable;

import dev.troupe.sql.catalog.Relation;
import dev.troupe.sql.schema.NameText;
import dev.troupe.sql.schema.SchemaCatalog;
import dev.troupe.sql.schema.StoredNames;
import dev.troupe.sql.syntax.Identifiers;
import java.util.List;

/** Texts of the catalog as they are shown to a session. */
final class StoredText {
  private StoredText() {}

  /** Without schemas that the search path spares. */
  static String shown(SchemaCatalog catalog, String text) {
    return StoredNames.shorten(text, full -> isVisible(catalog, full));
  }

  private static boolean isVisible(SchemaCatalog catalog, String full) {
    List<String> parts = NameText.parts(full);
    Long id = catalog.findId(parts.getFirst(), parts.getLast());
    return id != null && id.equals(catalog.findId(null, parts.getLast()));
  }

  static boolean mentions(String text, String name) {
    return StoredNames.mentions(text, name);
  }

  /** The relation's name, with its schema unless the search path spares it. */
  static String name(SchemaCatalog catalog, Relation relation) {
    return name(catalog, relation.schema(), relation.name(), relation.id());
  }

  static String name(SchemaCatalog catalog, String schema, String name, long id) {
    Long found = catalog.findId(null, name);
    return found != null && found == id ? Identifiers.quote(name) : Identifiers.quote(schema, name);
  }
}
