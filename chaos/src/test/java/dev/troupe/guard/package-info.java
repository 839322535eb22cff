/**
 * Guard rails: tests over the sources and classes of the whole repository. They see every module,
 * which is why they live in this one. Each failure names the place, the reason and the way out.
 */
@NullMarked
package dev.troupe.guard;

import org.jspecify.annotations.NullMarked;
