/** The HTTP door: probes, metrics, JSON API and the dashboard. */
@NullMarked
package dev.troupe.node.http;

import org.jspecify.annotations.NullMarked;
