// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.access;

import io.harvester.auth.AccessStore;
import io.harvester.auth.AccessUnavailableException;
import io.harvester.auth.NodePattern;
import io.harvester.postgres.pg.Await;
import io.harvester.postgres.pg.DatabaseException;
import io.harvester.quota.NodeQuotas;
import io.harvester.quota.QuotaOverride;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads credentials and the settings of nodes, and passes quotas on to {@link NodeQuotas}. */
public final class PgAccess implements AccessStore {
  private static final Logger LOG = LoggerFactory.getLogger(PgAccess.class);

  private static final String VERSION = "SELECT version FROM harvester.access_version";

  private static final String TOKENS =
      """
      SELECT n.name, c.token_hash, c.expires_at
        FROM harvester.node_credential c JOIN harvester.node n USING (node_id)
       WHERE c.revoked_at IS NULL AND (c.expires_at IS NULL OR c.expires_at > now())
      """;

  private static final String NODES =
      """
      SELECT n.name, a.disabled_at IS NOT NULL, a.may_write, a.max_series,
             a.max_new_series_per_hour, a.max_samples_per_second, a.max_body_bytes_per_second
        FROM harvester.node_access a JOIN harvester.node n USING (node_id)
      """;

  private static final String READERS = "SELECT name, token_hash, may_read FROM harvester.reader";

  private final Pool pool;
  private final Duration timeout;
  private final NodeQuotas quotas;

  /**
   * Reads through a pool.
   *
   * @param timeout how long a query may take
   * @param quotas receives the nodes' own quotas whenever credentials are read
   */
  public PgAccess(Pool pool, Duration timeout, NodeQuotas quotas) {
    this.pool = pool;
    this.timeout = timeout;
    this.quotas = quotas;
  }

  @Override
  public Optional<State> loadIfChanged(long knownVersion) throws AccessUnavailableException {
    try {
      // The version first: a change during the other queries is then read by the next call.
      long version =
          Await.result(pool.preparedQuery(VERSION).execute(), timeout).iterator().next().getLong(0);
      return version == knownVersion ? Optional.empty() : Optional.of(load(version));
    } catch (DatabaseException e) {
      throw new AccessUnavailableException(e.getMessage(), e);
    }
  }

  private State load(long version) throws DatabaseException {
    List<Token> tokens = new ArrayList<>();
    for (Row row : Await.result(pool.preparedQuery(TOKENS).execute(), timeout)) {
      OffsetDateTime expires = row.getOffsetDateTime(2);
      tokens.add(
          new Token(
              row.getString(0),
              row.getBuffer(1).getBytes(),
              expires == null ? null : expires.toInstant()));
    }
    Map<String, NodeAccess> nodes = new HashMap<>();
    Map<String, QuotaOverride> overrides = new HashMap<>();
    for (Row row : Await.result(pool.preparedQuery(NODES).execute(), timeout)) {
      String node = row.getString(0);
      nodes.put(
          node,
          new NodeAccess(
              row.getBoolean(1),
              patterns("node=" + node + " may_write", row.getArrayOfStrings(2))));
      overrides.put(
          node,
          new QuotaOverride(
              row.getInteger(3), row.getInteger(4), row.getInteger(5), row.getLong(6)));
    }
    quotas.override(overrides);
    return new State(version, tokens, nodes, readers());
  }

  private List<ReaderToken> readers() throws DatabaseException {
    List<ReaderToken> readers = new ArrayList<>();
    for (Row row : Await.result(pool.preparedQuery(READERS).execute(), timeout)) {
      String reader = row.getString(0);
      readers.add(
          new ReaderToken(
              reader,
              row.getBuffer(1).getBytes(),
              patterns("reader=" + reader + " may_read", row.getArrayOfStrings(2))));
    }
    return readers;
  }

  /** An invalid pattern, entered by SQL, is logged and grants nothing. */
  static List<NodePattern> patterns(String column, String[] texts) {
    List<NodePattern> patterns = new ArrayList<>();
    for (String text : texts) {
      try {
        patterns.add(new NodePattern(text));
      } catch (IllegalArgumentException e) {
        LOG.warn("{} ignored: {}", column, e.getMessage());
      }
    }
    return List.copyOf(patterns);
  }
}
