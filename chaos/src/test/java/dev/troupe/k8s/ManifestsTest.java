package dev.troupe.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every field of the manifests is one that Kubernetes knows, and what kustomize makes of them. */
class ManifestsTest {
  static final Path K8S = Path.of("..", "k8s").toAbsolutePath().normalize();

  private static final Map<String, Class<?>> TYPES =
      Map.of(
          "v1 Namespace", Namespace.class,
          "v1 ServiceAccount", ServiceAccount.class,
          "v1 Service", Service.class,
          "v1 ConfigMap", ConfigMap.class,
          "apps/v1 StatefulSet", StatefulSet.class,
          "batch/v1 Job", Job.class,
          "policy/v1 PodDisruptionBudget", PodDisruptionBudget.class,
          "networking.k8s.io/v1 NetworkPolicy", NetworkPolicy.class);

  private static String type(JsonNode object) {
    return object.path("apiVersion").asText() + " " + object.path("kind").asText();
  }

  private static void requireKnown(JsonNode object) {
    Class<?> type = TYPES.get(type(object));
    assertThat(type).as(type(object)).isNotNull();
    Yaml.as(object, type);
  }

  @ParameterizedTest
  @ValueSource(strings = {"base", "overlays/dev", "overlays/production"})
  void shouldHaveOnlyFieldsThatTheApiKnows(String folder) {
    List<ObjectNode> objects = Kustomization.build(K8S.resolve(folder));
    assertThat(objects).hasSizeGreaterThan(6);
    objects.forEach(ManifestsTest::requireKnown);
  }

  @Test
  void shouldSeeAFieldThatTheApiDoesNotKnow() {
    ObjectNode set = ClusterOf.base().tree("StatefulSet");
    ObjectNode container = (ObjectNode) set.at("/spec/template/spec/containers/0");
    container.put("readynessProbe", "misspelt");
    assertThatThrownBy(() -> requireKnown(set)).hasMessageContaining("readynessProbe");
  }

  /** Patches too: a misspelt field in one would be added and never be read by anybody. */
  @Test
  void shouldHavePatchesOfKnownFields() throws IOException {
    try (Stream<Path> files = Files.walk(K8S.resolve("overlays"))) {
      List<Path> patches =
          files
              .filter(file -> file.toString().endsWith(".yaml"))
              .filter(file -> !file.endsWith("kustomization.yaml"))
              .toList();
      assertThat(patches).hasSizeGreaterThan(3);
      for (Path patch : patches) {
        Yaml.read(patch).forEach(ManifestsTest::requireKnown);
      }
    }
  }

  @Test
  void shouldListEveryFileOfAFolder() throws IOException {
    for (String folder : List.of("base", "overlays/dev", "overlays/production")) {
      JsonNode file = Yaml.read(K8S.resolve(folder).resolve("kustomization.yaml")).getFirst();
      String text = file.toString();
      try (Stream<Path> files = Files.list(K8S.resolve(folder))) {
        assertThat(
                files
                    .map(path -> path.getFileName().toString())
                    .filter(name -> !name.equals("kustomization.yaml"))
                    .filter(name -> !text.contains('"' + name + '"')))
            .as(folder)
            .isEmpty();
      }
    }
  }

  /** The merge of this test is worth what the real one says to it, wherever that is installed. */
  @ParameterizedTest
  @ValueSource(strings = {"base", "overlays/dev", "overlays/production"})
  void shouldComeToTheSameByKustomize(String folder) throws Exception {
    String built = kustomize(K8S.resolve(folder));
    Assumptions.assumeTrue(built != null, "neither kubectl nor kustomize is installed");

    // Names of config maps end with a hash of what is in them.
    String plain =
        Pattern.compile("(troupe-config)-[a-z0-9]{10}\\b").matcher(built).replaceAll("$1");
    assertThat(plain).isNotEqualTo(built);
    assertThat(byName(Kustomization.build(K8S.resolve(folder))))
        .isEqualTo(byName(Yaml.documents(plain)));
  }

  private static Map<String, JsonNode> byName(List<ObjectNode> objects) {
    Map<String, JsonNode> all = new TreeMap<>();
    objects.forEach(object -> all.put(type(object) + object.at("/metadata/name"), object));
    return all;
  }

  private static String kustomize(Path folder) throws IOException, InterruptedException {
    for (List<String> tool :
        List.of(List.of("kustomize", "build"), List.of("kubectl", "kustomize"))) {
      boolean installed =
          Stream.of(System.getenv("PATH").split(":"))
              .anyMatch(place -> Files.isExecutable(Path.of(place, tool.getFirst())));
      if (installed) {
        Process process =
            new ProcessBuilder(tool.getFirst(), tool.getLast(), folder.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isZero();
        return out;
      }
    }
    return null;
  }

  @Test
  void shouldPinImages() throws IOException {
    for (String folder : List.of("base", "overlays/dev", "overlays/production")) {
      for (ObjectNode object : Kustomization.build(K8S.resolve(folder))) {
        object
            .findValues("image")
            .forEach(
                image ->
                    assertThat(image.asText())
                        .as(folder)
                        .matches(".+:[0-9][a-z0-9.-]+")
                        .doesNotContain("latest"));
      }
    }
    List<String> bases =
        Files.readAllLines(K8S.resolve("Dockerfile")).stream()
            .filter(line -> line.startsWith("FROM "))
            .map(line -> line.split(" ")[1])
            .toList();
    assertThat(bases).hasSize(2).allMatch(image -> image.matches(".+:[0-9][a-z0-9.-]+"));
    assertThat(new TreeSet<>(bases)).as("the start cache fits one JVM only").hasSize(1);
  }
}
