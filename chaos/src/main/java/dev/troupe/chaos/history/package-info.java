/**
 * Histories: what clients asked a database to do and what they learned of it, as JSON lines, and
 * the operations they consist of. Knows neither who wrote a history nor how it is judged.
 */
@NullMarked
package dev.troupe.chaos.history;

import org.jspecify.annotations.NullMarked;
