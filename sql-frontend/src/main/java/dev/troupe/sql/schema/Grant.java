package dev.troupe.sql.schema;

import java.util.List;

/**
 * What a role may do with an object.
 *
 * @param grantee name of a role; empty: everybody
 * @param grantor name of the role that granted it by a grant option; empty: the object's owner,
 *     whoever that is
 * @param privileges in PostgreSQL's letters ({@code r}, {@code a}, {@code w} ...), sorted; with the
 *     number of a column behind the letter when it is about that column alone; may be empty for
 *     whoever would have privileges otherwise
 * @param grantable those among them that it may hand on
 */
public record Grant(
    long object, String grantee, String grantor, List<String> privileges, List<String> grantable) {
  public Grant {
    privileges = List.copyOf(privileges);
    grantable = List.copyOf(grantable);
  }
}
