package dev.troupe.sql.schema;

/**
 * What a comment is about, as {@code pg_description} names it.
 *
 * @param classId OID of the catalog table that lists the object
 * @param part of a column its number; otherwise 0
 */
public record CommentTarget(long classId, long object, int part) {
  public static final long RELATIONS = 1259;
  public static final long CONSTRAINTS = 2606;
  public static final long SCHEMAS = 2615;
  public static final long DATABASES = 1262;
  public static final long ROLES = 1260;
}
