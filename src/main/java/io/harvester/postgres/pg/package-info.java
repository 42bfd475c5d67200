/**
 * The two drivers and their quirks: connections, migrations, errors, parameters in binary form.
 * Depends on {@code config}, {@code storage}.
 */
package io.harvester.postgres.pg;
