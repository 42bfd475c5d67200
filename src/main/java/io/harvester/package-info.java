// SPDX-License-Identifier: Apache-2.0
/**
 * The program: puts the service together, starts it, stops it. Depends on every other package; none
 * depends on it.
 *
 * <p>Two names are reserved: {@code query} for reading (PromQL, SQL functions), {@code fleet} for
 * the page of the fleet.
 */
package io.harvester;
