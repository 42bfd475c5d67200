// SPDX-License-Identifier: Apache-2.0
package io.harvester.http;

/** Routes that another package adds to the listener of senders. */
@FunctionalInterface
public interface RouteModule {
  /**
   * Adds its routes.
   *
   * @param readiness whether requests are accepted
   * @param authentication refuses clients without a valid credential
   */
  void addTo(Routes routes, Readiness readiness, Authentication authentication);
}
