/** The inventory of nodes: what is known of each. Depends on no other package of ours. */
package io.harvester.fleet;
