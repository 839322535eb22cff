package dev.troupe.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.node.config.NodeSettings;
import dev.troupe.node.config.Ports;
import dev.troupe.node.config.SettingsLoader;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.apps.StatefulSetSpec;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyEgressRule;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyIngressRule;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPort;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The manifests fit the program that they run, and each other. */
class DeploymentTest {
  private static final String NAME = "app.kubernetes.io/name";
  private static final String COMPONENT = "app.kubernetes.io/component";
  private static final Map<String, String> NODE = Map.of(NAME, "troupe", COMPONENT, "node");
  private static final Map<String, Integer> DOORS =
      Map.of("sql", 7432, "grpc", 7433, "http", 7434, "cluster", 7435, "peer", 7436);

  @TempDir Path folder;

  private static Map<String, Integer> ports(Container container) {
    return container.getPorts().stream()
        .collect(Collectors.toMap(ContainerPort::getName, ContainerPort::getContainerPort));
  }

  /** As the node in the pod reads them. */
  private NodeSettings settings(ClusterOf cluster) throws IOException {
    Container node = cluster.container();
    Path mount = Files.createDirectories(folder.resolve("etc"));
    cluster
        .tree("ConfigMap")
        .get("data")
        .fieldNames()
        .forEachRemaining(name -> write(mount.resolve(name), cluster.file(name)));
    // A key that only the cluster has.
    for (String file :
        cluster.tree("ConfigMap").get("data").propertyStream().map(Map.Entry::getKey).toList()) {
      Path path = mount.resolve(file);
      Files.writeString(path, Files.readString(path).replace("tls = require", "tls = off"));
    }
    String config = argument(node, "--config").replace("/etc/troupe/", mount + "/");
    Map<String, Object> flags = new HashMap<>();
    flags.put(
        "troupe.advertise-address",
        argument(node, "--advertise-address")
            .replace("$(POD_NAME)", "troupe-0")
            .replace("$(POD_NAMESPACE)", "here"));
    Map<String, String> environment =
        node.getEnv().stream()
            .filter(variable -> variable.getValue() != null)
            .collect(Collectors.toMap(EnvVar::getName, EnvVar::getValue));
    return new SettingsLoader(environment, new Properties()).load(flags, Path.of(config));
  }

  private static void write(Path file, String text) {
    try {
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static String argument(Container container, String flag) {
    return container.getArgs().stream()
        .filter(argument -> argument.startsWith(flag + "="))
        .map(argument -> argument.substring(flag.length() + 1))
        .findFirst()
        .orElseThrow();
  }

  @ParameterizedTest
  @ValueSource(strings = {"base", "overlays/dev", "overlays/production"})
  void shouldSetOnlyWhatANodeKnowsAndListenWhereTheServicesLead(String overlay) throws IOException {
    ClusterOf cluster = ClusterOf.of(overlay);
    NodeSettings settings = settings(cluster);
    Ports ports = settings.network().ports();

    assertThat(
            Map.of(
                "sql", ports.sql(),
                "grpc", ports.grpc(),
                "http", ports.http(),
                "cluster", ports.cluster(),
                "peer", ports.peer()))
        .isEqualTo(DOORS)
        .isEqualTo(ports(cluster.container()));
    assertThat(settings.network().listenAddress()).isEqualTo("0.0.0.0");
    assertThat(settings.clusterAddress()).isEqualTo("troupe-0.troupe.here.svc:7435");
    assertThat(settings.dataDirectory())
        .isEqualTo(Path.of(mount(cluster.container(), "data").getMountPath()));
    assertThat(cluster.container().getEnv().stream().map(EnvVar::getName))
        .as("names of the environment that neither the manifest nor the program reads")
        .allMatch(Set.of("POD_NAME", "POD_NAMESPACE")::contains);
  }

  /** The node that founds asks its join targets: none of the first nodes may be left out. */
  @Test
  void shouldLetTheFounderAskEveryNode() throws IOException {
    ClusterOf cluster = ClusterOf.base();
    StatefulSetSpec set = cluster.nodes().getSpec();
    List<String> join = settings(cluster).join();

    for (int i = 0; i < set.getReplicas(); i++) {
      assertThat(join).contains("troupe-" + i + "." + set.getServiceName() + ":7433");
    }
    assertThat(join).as("whoever else there is").contains(set.getServiceName() + ":7433");
    assertThat(
            cluster.init().getSpec().getTemplate().getSpec().getContainers().getFirst().getArgs())
        .contains("init", "--host=troupe-0.troupe", "--require-all");
  }

  @Test
  void shouldGiveNodesNamesBeforeTheyAreReadyAndClientsOnlyReadyOnes() {
    ClusterOf cluster = ClusterOf.base();
    var headless = cluster.service(cluster.nodes().getSpec().getServiceName()).getSpec();
    var open = cluster.service("troupe-public").getSpec();

    assertThat(headless.getClusterIP()).isEqualTo("None");
    assertThat(headless.getPublishNotReadyAddresses()).isTrue();
    assertThat(open.getPublishNotReadyAddresses()).isNull();
    assertThat(headless.getSelector()).isEqualTo(NODE);
    assertThat(open.getSelector()).isEqualTo(NODE);
    assertThat(headless.getPorts().stream().map(ServicePort::getName))
        .containsExactlyInAnyOrderElementsOf(DOORS.keySet());
    assertThat(open.getPorts().stream().map(ServicePort::getName))
        .as("nodes' own ports are none of a client's business")
        .containsExactly("sql", "grpc", "http");
    Stream.concat(headless.getPorts().stream(), open.getPorts().stream())
        .forEach(
            port -> {
              assertThat(port.getPort()).isEqualTo(DOORS.get(port.getName()));
              assertThat(port.getTargetPort()).isEqualTo(new IntOrString(port.getName()));
            });
  }

  @Test
  void shouldSelectTheSamePodsEverywhere() {
    ClusterOf cluster = ClusterOf.base();
    StatefulSetSpec set = cluster.nodes().getSpec();
    assertThat(set.getSelector().getMatchLabels()).isEqualTo(NODE);
    assertThat(set.getTemplate().getMetadata().getLabels()).containsAllEntriesOf(NODE);
    assertThat(cluster.disruption().getSpec().getSelector().getMatchLabels()).isEqualTo(NODE);
    assertThat(cluster.disruption().getSpec().getMaxUnavailable()).isEqualTo(new IntOrString(1));
    assertThat(cluster.policy().getSpec().getPodSelector().getMatchLabels()).isEqualTo(NODE);
    assertThat(cluster.pod().getTopologySpreadConstraints())
        .hasSize(2)
        .allSatisfy(
            spread -> assertThat(spread.getLabelSelector().getMatchLabels()).isEqualTo(NODE));
    assertThat(cluster.init().getSpec().getTemplate().getMetadata().getLabels())
        .as("no service may lead there")
        .containsEntry(COMPONENT, "init");
  }

  @Test
  void shouldNotRestartANodeBecauseOthersAreAway() {
    Container node = ClusterOf.base().container();
    for (Probe probe : List.of(node.getStartupProbe(), node.getLivenessProbe())) {
      assertThat(probe.getHttpGet().getPath()).isEqualTo("/livez");
      assertThat(probe.getHttpGet().getPort()).isEqualTo(new IntOrString("http"));
    }
    Probe start = node.getStartupProbe();
    assertThat(start.getPeriodSeconds() * start.getFailureThreshold())
        .as("seconds to recover a large store")
        .isGreaterThanOrEqualTo(300);
    assertThat(node.getReadinessProbe().getHttpGet().getPath()).isEqualTo("/readyz");
    assertThat(node.getReadinessProbe().getHttpGet().getPort()).isEqualTo(new IntOrString("http"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"base", "overlays/dev", "overlays/production"})
  void shouldHaveTimeToDrain(String overlay) throws IOException {
    ClusterOf cluster = ClusterOf.of(overlay);
    NodeSettings.Timeouts timeouts = settings(cluster).timeouts();
    List<String> before = cluster.container().getLifecycle().getPreStop().getExec().getCommand();
    assertThat(before.getLast()).isEqualTo("/opt/troupe/troupe node drain --timeout 20; sleep 5");

    Duration longest =
        Duration.ofSeconds(20 + 5).plus(timeouts.drain()).plus(timeouts.stop()).plusSeconds(10);
    assertThat(Duration.ofSeconds(cluster.pod().getTerminationGracePeriodSeconds()))
        .isGreaterThanOrEqualTo(longest)
        .isGreaterThanOrEqualTo(Duration.ofSeconds(60));
  }

  @ParameterizedTest
  @ValueSource(strings = {"base", "overlays/dev", "overlays/production"})
  void shouldRunWithoutPrivileges(String overlay) {
    ClusterOf cluster = ClusterOf.of(overlay);
    for (PodSpec pod : List.of(cluster.pod(), cluster.init().getSpec().getTemplate().getSpec())) {
      assertThat(pod.getSecurityContext().getRunAsNonRoot()).isTrue();
      assertThat(pod.getSecurityContext().getRunAsUser()).isEqualTo(10001);
      assertThat(pod.getSecurityContext().getSeccompProfile().getType())
          .isEqualTo("RuntimeDefault");
      assertThat(pod.getAutomountServiceAccountToken()).isFalse();
      assertThat(pod.getEnableServiceLinks()).as("TROUPE_PORT is a name of ours").isFalse();
      Container container = pod.getContainers().getFirst();
      var security = container.getSecurityContext();
      assertThat(security.getAllowPrivilegeEscalation()).isFalse();
      assertThat(security.getReadOnlyRootFilesystem()).isTrue();
      assertThat(security.getCapabilities().getDrop()).containsExactly("ALL");
      assertThat(mount(container, "tmp").getMountPath()).isEqualTo("/tmp");
      assertThat(volumes(pod).get("tmp").getEmptyDir().getSizeLimit()).isNotNull();
    }
    assertThat(cluster.pod().getSecurityContext().getFsGroup()).isEqualTo(10001);
    assertThat(volumes(cluster.pod()).get("config").getConfigMap().getName())
        .isEqualTo("troupe-config");
  }

  private static Map<String, Volume> volumes(PodSpec pod) {
    return pod.getVolumes().stream().collect(Collectors.toMap(Volume::getName, v -> v));
  }

  private static VolumeMount mount(Container container, String name) {
    return container.getVolumeMounts().stream()
        .filter(mount -> mount.getName().equals(name))
        .findFirst()
        .orElseThrow();
  }

  @ParameterizedTest
  @ValueSource(strings = {"base", "overlays/dev", "overlays/production"})
  void shouldMountOnlyVolumesThatAreThere(String overlay) {
    ClusterOf cluster = ClusterOf.of(overlay);
    StatefulSetSpec set = cluster.nodes().getSpec();
    Set<String> known =
        Stream.concat(
                volumes(cluster.pod()).keySet().stream(),
                set.getVolumeClaimTemplates().stream().map(claim -> claim.getMetadata().getName()))
            .collect(Collectors.toSet());
    assertThat(cluster.container().getVolumeMounts().stream().map(VolumeMount::getName))
        .containsExactlyInAnyOrderElementsOf(known);
  }

  /** A node whose limit is too small for its parts does not start: see its memory budget. */
  @ParameterizedTest
  @ValueSource(strings = {"base", "overlays/dev", "overlays/production"})
  void shouldHaveAsMuchMemoryAsANodeNeeds(String overlay) {
    var resources = ClusterOf.of(overlay).container().getResources();
    assertThat(resources.getLimits().get("memory"))
        .as("what is not requested may be taken away")
        .isEqualTo(resources.getRequests().get("memory"));
    long bytes = Quantity.getAmountInBytes(resources.getLimits().get("memory")).longValueExact();
    assertThat(bytes).isGreaterThanOrEqualTo(1280L << 20);
  }

  @Test
  void shouldOpenToOthersOnlyWhatTheyNeed() {
    var policy = ClusterOf.base().policy().getSpec();
    assertThat(policy.getPolicyTypes()).containsExactly("Ingress", "Egress");
    for (NetworkPolicyIngressRule rule : policy.getIngress()) {
      Set<String> open =
          rule.getPorts().stream().map(DeploymentTest::name).collect(Collectors.toSet());
      assertThat(DOORS.keySet()).containsAll(open);
      Map<String, String> from =
          rule.getFrom().getFirst().getPodSelector() == null
              ? Map.of()
              : rule.getFrom().getFirst().getPodSelector().getMatchLabels();
      if (!from.equals(NODE)) {
        assertThat(open).as("%s", from).doesNotContain("cluster", "peer");
      } else {
        assertThat(open).contains("grpc", "cluster", "peer");
      }
    }
    assertThat(policy.getEgress().stream().map(NetworkPolicyEgressRule::getPorts))
        .anySatisfy(
            ports ->
                assertThat(ports.stream().map(DeploymentTest::name))
                    .contains("grpc", "cluster", "peer"));
  }

  private static String name(NetworkPolicyPort port) {
    return String.valueOf(port.getPort().getValue());
  }
}
