package dev.troupe.sql.schema;

import java.util.List;

/**
 * What a role may do with an object.
 *
 * @param grantee name of a role; empty: everybody
 * @param privileges in PostgreSQL's letters ({@code r}, {@code a}, {@code w} ...), sorted
 * @param grantable those among them that it may hand on
 */
public record Grant(long object, String grantee, List<String> privileges, List<String> grantable) {
  public Grant {
    privileges = List.copyOf(privileges);
    grantable = List.copyOf(grantable);
  }
}
