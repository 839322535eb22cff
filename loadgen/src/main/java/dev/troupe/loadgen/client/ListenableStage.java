package dev.troupe.loadgen.client;

import com.google.common.util.concurrent.ListenableFuture;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** Turns what gRPC's future stubs return into the futures of the JDK. */
public final class ListenableStage {
  private ListenableStage() {}

  public static <T> CompletableFuture<T> of(ListenableFuture<T> future) {
    CompletableFuture<T> stage = new CompletableFuture<>();
    future.addListener(
        () -> {
          try {
            stage.complete(future.get());
          } catch (ExecutionException e) {
            stage.completeExceptionally(e.getCause() == null ? e : e.getCause());
          } catch (InterruptedException | RuntimeException e) {
            stage.completeExceptionally(e);
          }
        },
        Runnable::run);
    return stage;
  }
}
