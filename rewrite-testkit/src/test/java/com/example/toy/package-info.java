/**
 * A family of generators, its memory, a sampler, a strategy and a projector as somebody outside of Rewrite4J writes them:
 * with what is published, and nothing else.
 */
package com.example.toy;
