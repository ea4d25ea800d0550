/**
 * Rules between two places of an image: "a window makes the counter shine" (Bau et al. 2020, the reflections).
 *
 * <p>No copy and paste says such a rule; an experiment does. {@link io.github.rewrite4j.samediff.relation.Probe} sets the units of a
 * cause to a high and to a low value in marked places, and what changes in other marked places is the effect. A
 * {@link io.github.rewrite4j.samediff.relation.Relation} is a probe with such images;
 * {@link io.github.rewrite4j.samediff.relation.LayerTrials} says which layer carries it,
 * {@link io.github.rewrite4j.samediff.relation.RelationReversal} turns it round by a change of rank one, and
 * {@link io.github.rewrite4j.samediff.relation.RelationEffect} measures what that did to images that it never saw.
 */
@NullMarked
package io.github.rewrite4j.samediff.relation;

import org.jspecify.annotations.NullMarked;
