package dev.troupe.sql.schema;

import dev.troupe.protocol.model.Key;
import dev.troupe.sql.catalog.Relation;
import dev.troupe.sql.catalog.SchemaDescriptor;

/** One record of the catalog: what is kept under one key, and belongs to its versions. */
public sealed interface CatalogEntry {
  /** Where it is kept. */
  Key key();

  /** A schema. */
  record OfSchema(SchemaDescriptor schema) implements CatalogEntry {
    @Override
    public Key key() {
      return CatalogKeys.schema(schema.id());
    }
  }

  /** A table, view or sequence. */
  record OfRelation(Relation relation) implements CatalogEntry {
    @Override
    public Key key() {
      return CatalogKeys.relation(relation.id());
    }
  }

  /** A role. */
  record OfRole(Role role) implements CatalogEntry {
    @Override
    public Key key() {
      return CatalogKeys.role(role.id());
    }
  }

  /** A comment. */
  record OfComment(CommentTarget target, String text) implements CatalogEntry {
    @Override
    public Key key() {
      return CatalogKeys.comment(target);
    }
  }

  /** Privileges. */
  record OfGrant(Grant grant) implements CatalogEntry {
    @Override
    public Key key() {
      return CatalogKeys.grant(grant.object(), grant.grantee(), grant.grantor());
    }
  }
}
