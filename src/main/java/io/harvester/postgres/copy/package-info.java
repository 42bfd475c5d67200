// SPDX-License-Identifier: Apache-2.0
/** COPY in binary format, for rows with arrays. Depends on {@code postgres.pg}. */
package io.harvester.postgres.copy;
