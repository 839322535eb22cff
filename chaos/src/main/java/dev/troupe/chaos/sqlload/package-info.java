/**
 * Workloads of SQL whose histories are judged: list-append and bank by a driver of PostgreSQL, on
 * nodes that may die meanwhile.
 */
@NullMarked
package dev.troupe.chaos.sqlload;

import org.jspecify.annotations.NullMarked;
