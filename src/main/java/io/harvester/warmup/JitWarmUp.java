package io.harvester.warmup;

import io.harvester.http.Readiness;
import io.harvester.http.server.Loopback;
import io.harvester.postgres.discard.DiscardingCatalog;
import io.harvester.postgres.discard.DiscardingSampleStore;
import io.harvester.series.SeriesCatalog;
import io.harvester.storage.SampleStore;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A JVM that has just started interprets, and compiles what turns out to be used: the first minute
 * of a receiver is its slowest, and that is when senders come with all that they kept meanwhile. So
 * while the service waits for its database, and until the first real request is there, made-up ones
 * go all the way, from a socket to where they would be stored.
 *
 * <p>The first act is played without a database, while the real service connects to it; the second
 * one with it.
 */
public final class JitWarmUp implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(JitWarmUp.class);

  /** The first act ends after that even if no database appears: nothing new is learnt. */
  private static final Duration FIRST_ACT = Duration.ofSeconds(6);

  /** What is under way when it is closed is a request or two, unless the database hangs. */
  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  private final Function<Readiness, Loopback> entrance;
  private final Duration secondAct;
  private final BooleanSupplier isBusy;
  private final ExecutorService director = threads("warm-up", 1);
  private final ExecutorService senders = threads("warm-up-sender", SyntheticSender.COUNT);
  private final List<SyntheticSender> cast = new ArrayList<>();
  private volatile boolean connected;
  private volatile boolean over = true;
  private volatile boolean closed;

  /**
   * Prepares one, which is over until it starts.
   *
   * @param entrance opens a second entrance, into the service that it is given
   * @param secondAct how long the second act takes at most; zero: there is none at all
   * @param isBusy whether there is something real to do, which ends it
   */
  public JitWarmUp(
      Function<Readiness, Loopback> entrance, Duration secondAct, BooleanSupplier isBusy) {
    this.entrance = entrance;
    this.secondAct = secondAct;
    this.isBusy = isBusy;
  }

  /** Begins the first act, unless no time is given to the second. */
  public synchronized void start() {
    if (closed || secondAct.isZero()) {
      return;
    }
    over = false;
    perform(
        "first",
        () -> {
          for (int i = 0; i < SyntheticSender.COUNT; i++) {
            cast.add(new SyntheticSender(i));
          }
          return play(
              new DiscardingCatalog(), new DiscardingSampleStore(), FIRST_ACT, () -> !connected);
        });
  }

  /** Ends the first act and begins the second, if there was a first one. */
  public synchronized void connected(SeriesCatalog catalog, SampleStore store) {
    if (over) {
      return;
    }
    connected = true;
    perform(
        "second",
        () -> {
          try {
            return play(catalog, store, secondAct, () -> true);
          } finally {
            over = true;
            senders.shutdown();
            cast.clear();
          }
        });
    director.shutdown();
  }

  /** Whether everything has been rehearsed, or something real is to be done. */
  public boolean isOver() {
    return over || isBusy.getAsBoolean();
  }

  private void perform(String act, Callable<Long> play) {
    director.execute(
        () -> {
          try {
            LOG.debug("{} act of the rehearsal: {} samples", act, play.call());
          } catch (Exception e) {
            if (!closed) {
              LOG.warn(
                  "the rehearsal failed, which costs nothing but speed in the first minute: {}",
                  e.getMessage());
            }
          }
        });
  }

  /** Samples that went all the way. */
  private long play(SeriesCatalog catalog, SampleStore store, Duration atMost, BooleanSupplier goOn)
      throws IOException, InterruptedException {
    long end = System.nanoTime() + atMost.toNanos();
    BooleanSupplier again =
        () -> System.nanoTime() < end && goOn.getAsBoolean() && !closed && !isBusy.getAsBoolean();
    try (WarmUpService stage = new WarmUpService(entrance, catalog, store)) {
      List<Future<Long>> playing = new ArrayList<>();
      for (SyntheticSender sender : cast) {
        playing.add(senders.submit(() -> sender.send(stage.port(), stage.token(), again)));
      }
      long samples = 0;
      for (Future<Long> sender : playing) {
        samples += sender.get();
      }
      return samples;
    } catch (ExecutionException e) {
      throw new IOException(e.getCause().getMessage(), e.getCause());
    }
  }

  /** Ends it, and waits for what is under way: whoever listens or connects for it is then gone. */
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      over = true;
      director.shutdown();
    }
    try {
      if (!director.awaitTermination(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
        director.shutdownNow();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      director.shutdownNow();
    }
    senders.shutdownNow();
  }

  private static ExecutorService threads(String name, int max) {
    return Executors.newFixedThreadPool(
        max,
        task -> {
          Thread thread = new Thread(task, name);
          thread.setDaemon(true);
          return thread;
        });
  }
}
