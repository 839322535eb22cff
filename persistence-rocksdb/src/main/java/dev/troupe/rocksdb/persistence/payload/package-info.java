/** Objects of the application as bytes, by the serializers of its actor system. */
@NullMarked
package dev.troupe.rocksdb.persistence.payload;

import org.jspecify.annotations.NullMarked;
