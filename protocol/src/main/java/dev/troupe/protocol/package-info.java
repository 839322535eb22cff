/**
 * What the parts of Troupe share: identifiers and descriptors, the ports through which storage,
 * actors and SQL meet, the error catalogue, and the byte codecs of everything stored or sent.
 */
@NullMarked
package dev.troupe.protocol;

import org.jspecify.annotations.NullMarked;
