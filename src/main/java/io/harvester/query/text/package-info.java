// SPDX-License-Identifier: Apache-2.0
/**
 * Texts and numbers as Go writes and reads them, which clients of Prometheus see. Depends on no
 * other package.
 */
package io.harvester.query.text;
