package dev.troupe.sql.session;

/** Who uses a session, and where it is. */
record SessionIdentity(String user, String database, int pid) {}
