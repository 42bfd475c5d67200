// SPDX-License-Identifier: Apache-2.0
/** All meters, one class per group, and the sums that hold. Depends on {@code wire}. */
package io.harvester.metrics;
