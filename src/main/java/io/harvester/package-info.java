// SPDX-License-Identifier: Apache-2.0
/**
 * The program: puts the service together, starts it, stops it. Depends on every other package; none
 * depends on it.
 */
package io.harvester;
