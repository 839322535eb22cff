package dev.troupe.sql.session;

import java.util.Map;

/** What has names in a session; SQL statements and messages of the protocol share them. */
record NamedObjects(Map<String, PreparedStatement> statements, Map<String, Portal> portals) {}
