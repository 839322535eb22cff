/** Tests of the client, which live where the doubles of its servers and a transport are. */
@NullMarked
package dev.troupe.client;

import org.jspecify.annotations.NullMarked;
