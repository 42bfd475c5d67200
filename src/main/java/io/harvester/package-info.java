/**
 * The program: commands, and the one place where everything is put together. Depends on every other
 * package; none depends on it.
 */
package io.harvester;
