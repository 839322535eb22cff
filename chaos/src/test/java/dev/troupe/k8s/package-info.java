/** The manifests of the folder {@code k8s}, read as Kubernetes would read them. */
@NullMarked
package dev.troupe.k8s;

import org.jspecify.annotations.NullMarked;
