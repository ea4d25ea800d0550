package io.github.rewrite4j.samediff.engine.plan;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a plan is made for.
 *
 * @param outputs variables that are wanted
 * @param feeds sizes of what is fed
 * @param channelsLast feeds whose maps come with their channels last, and outputs that may be read like that
 * @param slopes feeds that gradients are wanted by; none for a plan that runs forward only
 */
public record Request(
        List<String> outputs, Map<String, List<Integer>> feeds, Set<String> channelsLast, Set<String> slopes) {
    public Request {
        outputs = List.copyOf(outputs);
        feeds = Map.copyOf(feeds);
        channelsLast = Set.copyOf(channelsLast);
        slopes = Set.copyOf(slopes);
        if (!feeds.keySet().containsAll(slopes)) {
            throw new IllegalArgumentException("Gradients are wanted by " + slopes + ", but fed are " + feeds.keySet()
                    + ": what gradients are wanted by has to be fed.");
        }
    }
}
