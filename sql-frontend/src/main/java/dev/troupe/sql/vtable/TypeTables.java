package dev.troupe.sql.vtable;

import dev.troupe.sql.catalog.SchemaDescriptor;
import dev.troupe.sql.schema.AccessObject;
import dev.troupe.sql.schema.Role;
import dev.troupe.sql.type.SqlType;
import dev.troupe.sql.type.TypeCategory;
import dev.troupe.sql.type.TypeId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** pg_type, pg_namespace and what types rely on: access methods, operator classes, collations. */
final class TypeTables {
  static final Map<String, ProducedTable.Producer> PRODUCERS =
      Map.of(
          "pg_type", TypeTables::types,
          "pg_namespace", TypeTables::namespaces,
          "pg_am", TypeTables::accessMethods,
          "pg_opclass", TypeTables::operatorClasses,
          "pg_opfamily", TypeTables::operatorFamilies,
          "pg_collation", TypeTables::collations,
          "pg_language", TypeTables::languages,
          "pg_tablespace", TypeTables::tablespaces,
          "pg_extension", TypeTables::extensions);

  private static final long ROOT = Role.ROOT.id();
  private static final long SYSTEM = VirtualCatalog.PG_CATALOG_ID;
  private static final long BTREE = 403;

  private static final Set<TypeId> PSEUDO = Set.of(TypeId.RECORD, TypeId.VOID, TypeId.UNKNOWN);

  private static final Set<TypeId> PREFERRED =
      Set.of(
          TypeId.BOOL, TypeId.TEXT, TypeId.OID, TypeId.FLOAT8, TypeId.TIMESTAMPTZ, TypeId.INTERVAL);

  /** PostgreSQL's {@code array_subscript_handler}. */
  private static final long ARRAY_SUBSCRIPT = 6179;

  private TypeTables() {}

  private static void types(CatalogView view, RowWriter rows) {
    for (TypeId id : TypeId.values()) {
      if (id == TypeId.ARRAY) {
        anyArray(rows);
        continue;
      }
      SqlType type = SqlType.of(id);
      if (rows.wants("oid", (long) id.oid()) && rows.wants("typname", id.internalName())) {
        boolean pseudo = PSEUDO.contains(id);
        type(rows, type, id.internalName())
            .set("typtype", pseudo ? "p" : "b")
            .set("typispreferred", PREFERRED.contains(id))
            .set("typarray", (long) id.arrayOid())
            .set("typelem", element(id));
      }
      if (id.arrayOid() != 0 && rows.wants("oid", (long) id.arrayOid())) {
        type(rows, SqlType.arrayOf(type), "_" + id.internalName())
            .set("typtype", "b")
            .set("typelem", (long) id.oid())
            .set("typsubscript", ARRAY_SUBSCRIPT);
      }
    }
  }

  private static long element(TypeId id) {
    return switch (id) {
      case INT2VECTOR -> TypeId.INT2.oid();
      case OIDVECTOR -> TypeId.OID.oid();
      case NAME -> TypeId.CHAR.oid();
      default -> 0;
    };
  }

  private static void anyArray(RowWriter rows) {
    if (rows.wants("oid", (long) TypeId.ARRAY.oid())) {
      rows.row()
          .set("oid", (long) TypeId.ARRAY.oid())
          .set("typname", "anyarray")
          .set("typnamespace", SYSTEM)
          .set("typowner", ROOT)
          .set("typlen", -1)
          .set("typtype", "p")
          .set("typcategory", "P")
          .set("typisdefined", true)
          .set("typdelim", ",")
          .set("typalign", "d")
          .set("typstorage", "x")
          .set("typtypmod", -1);
    }
  }

  private static RowWriter type(RowWriter rows, SqlType type, String name) {
    StoredForm form = StoredForm.of(type);
    return rows.row()
        .set("oid", (long) type.oid())
        .set("typname", name)
        .set("typnamespace", SYSTEM)
        .set("typowner", ROOT)
        .set("typlen", form.length())
        .set("typbyval", form.byValue())
        .set("typcategory", String.valueOf(TypeCategory.of(type).code()))
        .set("typisdefined", true)
        .set("typdelim", ",")
        .set("typinput", form.input())
        .set("typalign", form.alignment())
        .set("typstorage", form.storage())
        .set("typtypmod", -1)
        .set("typcollation", form.collation());
  }

  private static void namespaces(CatalogView view, RowWriter rows) {
    for (SchemaDescriptor schema : view.catalog().schemas()) {
      rows.row()
          .set("oid", schema.id())
          .set("nspname", schema.name())
          .set("nspowner", view.roleId(schema.owner()))
          .set("nspacl", Privileges.acl(view, AccessObject.of(schema)));
    }
  }

  private static void accessMethods(CatalogView view, RowWriter rows) {
    rows.row().set("oid", 2L).set("amname", "heap").set("amhandler", 3L).set("amtype", "t");
    rows.row().set("oid", BTREE).set("amname", "btree").set("amhandler", 330L).set("amtype", "i");
    rows.row().set("oid", 405L).set("amname", "hash").set("amhandler", 331L).set("amtype", "i");
  }

  private static void operatorClasses(CatalogView view, RowWriter rows) {
    for (OperatorClasses.OperatorClass each : OperatorClasses.ALL) {
      rows.row()
          .set("oid", each.oid())
          .set("opcmethod", BTREE)
          .set("opcname", each.name())
          .set("opcnamespace", SYSTEM)
          .set("opcowner", ROOT)
          .set("opcfamily", each.family())
          .set("opcintype", (long) each.type().oid())
          .set("opcdefault", true);
    }
  }

  private static void operatorFamilies(CatalogView view, RowWriter rows) {
    List<Long> seen = new ArrayList<>();
    for (OperatorClasses.OperatorClass each : OperatorClasses.ALL) {
      if (!seen.contains(each.family())) {
        seen.add(each.family());
        rows.row()
            .set("oid", each.family())
            .set("opfmethod", BTREE)
            .set("opfname", each.name())
            .set("opfnamespace", SYSTEM)
            .set("opfowner", ROOT);
      }
    }
  }

  private static void collations(CatalogView view, RowWriter rows) {
    collation(rows, 100, "default", "d", null);
    collation(rows, 950, "C", "c", "C");
    collation(rows, 951, "POSIX", "c", "POSIX");
  }

  private static void collation(
      RowWriter rows, long oid, String name, String provider, @Nullable String locale) {
    rows.row()
        .set("oid", oid)
        .set("collname", name)
        .set("collnamespace", SYSTEM)
        .set("collowner", ROOT)
        .set("collprovider", provider)
        .set("collisdeterministic", true)
        .set("collencoding", -1)
        .set("collcollate", locale)
        .set("collctype", locale);
  }

  private static void languages(CatalogView view, RowWriter rows) {
    rows.row().set("oid", 12L).set("lanname", "internal").set("lanowner", ROOT);
    rows.row()
        .set("oid", 14L)
        .set("lanname", "sql")
        .set("lanowner", ROOT)
        .set("lanpltrusted", true);
  }

  private static void tablespaces(CatalogView view, RowWriter rows) {
    rows.row().set("oid", 1663L).set("spcname", "pg_default").set("spcowner", ROOT);
    rows.row().set("oid", 1664L).set("spcname", "pg_global").set("spcowner", ROOT);
  }

  private static void extensions(CatalogView view, RowWriter rows) {
    rows.row()
        .set("oid", 13559L)
        .set("extname", "plpgsql")
        .set("extowner", ROOT)
        .set("extnamespace", SYSTEM)
        .set("extversion", "1.0");
  }
}
