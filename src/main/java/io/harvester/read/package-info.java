// SPDX-License-Identifier: Apache-2.0
/**
 * Finds stored series by their labels, and reads their samples: ports, matchers, and the index of
 * all label sets. It speaks names and labels. Depends on {@code series}, {@code storage}, {@code
 * wire}.
 */
package io.harvester.read;
