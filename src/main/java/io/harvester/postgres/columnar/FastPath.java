// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.columnar;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether compressed columns pass between Harvester and the server as they are. Where they do not,
 * everything still works, row by row and many times slower: so each loss is logged and counted.
 */
public final class FastPath {
  /** That of a tier without compressed columns. */
  public static final FastPath ALWAYS = new FastPath();

  private static final Logger LOG = LoggerFactory.getLogger(FastPath.class);
  private static final int MAX_LOGGED = 1_000;

  private final LongAdder detours = new LongAdder();
  private final Set<String> logged = ConcurrentHashMap.newKeySet();
  private volatile boolean lost;

  /** The server has another format. */
  void lose() {
    lost = true;
  }

  /**
   * Something was done row by row; the log says so once per chunk.
   *
   * @param what for example "is read row by row"
   */
  public void detour(String chunk, String what, Exception why) {
    detours.increment();
    if (logged.size() < MAX_LOGGED && logged.add(chunk + what)) {
      LOG.warn("chunk {} {}: {}", chunk, what, why.getMessage());
    }
  }

  /** Whether the server takes and gives compressed columns; true before it is asked. */
  public boolean isOpen() {
    return !lost;
  }

  /** How often something was done row by row although the server takes compressed columns. */
  public long detours() {
    return detours.sum();
  }
}
