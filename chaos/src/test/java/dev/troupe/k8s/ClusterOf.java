package dev.troupe.k8s;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a folder of manifests comes to. */
record ClusterOf(String folder, List<ObjectNode> objects) {
  static ClusterOf base() {
    return of("base");
  }

  static ClusterOf of(String folder) {
    return new ClusterOf(folder, Kustomization.build(ManifestsTest.K8S.resolve(folder)));
  }

  ObjectNode tree(String kind) {
    return tree(kind, null);
  }

  private ObjectNode tree(String kind, @Nullable String name) {
    List<ObjectNode> found =
        objects.stream()
            .filter(object -> object.get("kind").asText().equals(kind))
            .filter(object -> name == null || object.at("/metadata/name").asText().equals(name))
            .toList();
    if (found.size() != 1) {
      throw new IllegalStateException(found.size() + " objects " + kind + " " + name);
    }
    return found.getFirst();
  }

  StatefulSet nodes() {
    return Yaml.as(tree("StatefulSet"), StatefulSet.class);
  }

  Job init() {
    return Yaml.as(tree("Job"), Job.class);
  }

  PodDisruptionBudget disruption() {
    return Yaml.as(tree("PodDisruptionBudget"), PodDisruptionBudget.class);
  }

  NetworkPolicy policy() {
    return Yaml.as(tree("NetworkPolicy"), NetworkPolicy.class);
  }

  Service service(String name) {
    return Yaml.as(tree("Service", name), Service.class);
  }

  String file(String name) {
    return tree("ConfigMap").get("data").get(name).asText();
  }

  PodSpec pod() {
    return nodes().getSpec().getTemplate().getSpec();
  }

  Container container() {
    return pod().getContainers().getFirst();
  }
}
