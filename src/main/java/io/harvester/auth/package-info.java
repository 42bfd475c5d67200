/**
 * Who is it, and which nodes may it write: credentials in memory, enrolment, the inventory of
 * nodes. Depends on no other package of Harvester.
 */
package io.harvester.auth;
