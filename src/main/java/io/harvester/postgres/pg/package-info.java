/**
 * The two drivers and their quirks: connections, migrations, errors, parameters in binary form.
 * Depends on {@code config}, {@code schedule}, {@code storage}.
 */
package io.harvester.postgres.pg;
