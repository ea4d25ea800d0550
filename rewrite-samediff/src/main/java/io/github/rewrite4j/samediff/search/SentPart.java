package io.github.rewrite4j.samediff.search;

import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.OwnInputs;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.Subject;
import io.github.rewrite4j.edit.Cell;
import io.github.rewrite4j.samediff.tape.HostArrays;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** A part of a search as plain numbers, which travel. */
@SuppressWarnings("ArrayRecordComponent") // never compared
record SentPart(int kept, int searched, ArrayList<Hit> hits, int capacity, float[] hottest) implements Serializable {
    /** A match; where the image is a sample, without inputs. */
    record Hit(int position, long seed, int index, @Nullable Row own, double peak, int row, int column, Numbers heat)
            implements Serializable {}

    /** Inputs of the caller's own. */
    record Row(String name, TreeMap<String, Numbers> inputs) implements Serializable {}

    /** An array. */
    record Numbers(long[] shape, float[] values) implements Serializable {
        static Numbers of(INDArray array) {
            return new Numbers(array.shape(), HostArrays.of(array));
        }

        INDArray array() {
            return Nd4j.createFromArray(values).reshape(shape);
        }
    }

    static SentPart of(SearchPart part) {
        ArrayList<Hit> hits = new ArrayList<>();
        part.top().forEach(match -> hits.add(hit(match)));
        return new SentPart(
                part.kept(),
                part.searched(),
                hits,
                part.hottest().capacity(),
                part.hottest().values());
    }

    private static Hit hit(Match match) {
        long seed = 0;
        int index = 0;
        Row row = null;
        if (match.subject() instanceof OwnInputs own) {
            TreeMap<String, Numbers> inputs = new TreeMap<>();
            try (Inputs arrays = own.inputs()) {
                arrays.arrays().forEach((input, array) -> inputs.put(input, Numbers.of(array)));
            }
            row = new Row(own.name(), inputs);
        } else {
            Sample sample = (Sample) match.subject();
            seed = sample.seed();
            index = sample.index();
        }
        return new Hit(
                match.position(),
                seed,
                index,
                row,
                match.peak(),
                match.cell().row(),
                match.cell().column(),
                Numbers.of(match.heat()));
    }

    private static Match match(Hit hit) {
        return new Match(
                hit.position(),
                subject(hit),
                hit.peak(),
                new Cell(hit.row(), hit.column()),
                hit.heat().array());
    }

    private static Subject subject(Hit hit) {
        Row own = hit.own();
        if (own == null) {
            return new Sample(hit.seed(), hit.index());
        }
        TreeMap<String, INDArray> arrays = new TreeMap<>();
        own.inputs().forEach((input, numbers) -> arrays.put(input, numbers.array()));
        try (Inputs inputs = Inputs.of(arrays)) {
            return Subject.of(own.name(), inputs);
        }
    }

    private Object readResolve() {
        LargestValues values = new LargestValues(capacity);
        for (float value : hottest) {
            values.add(value);
        }
        List<Match> top = hits.stream().map(SentPart::match).toList();
        return new SearchPart(kept, searched, top, values);
    }
}
