/** PostgreSQL's wire protocol, version 3: one virtual thread per connection on blocking sockets. */
@NullMarked
package dev.troupe.pgwire;

import org.jspecify.annotations.NullMarked;
