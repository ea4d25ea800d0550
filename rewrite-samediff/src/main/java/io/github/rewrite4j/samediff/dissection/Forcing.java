package io.github.rewrite4j.samediff.dissection;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Keys;
import io.github.rewrite4j.Values;
import io.github.rewrite4j.edit.Mask;
import io.github.rewrite4j.edit.Region;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Holds units at a value: x becomes x (1 - a) + r a, with a the amount times how much of a cell the region selects. Zero
 * switches units off (ablation), a large value switches them on; an amount of 0 changes nothing, 1 forgets what was there.
 * Immutable.
 *
 * @param units channels, at least one
 * @param where the places of the image where they are held
 * @param amount a, in [0, 1]
 * @param value r
 */
public record Forcing(List<Integer> units, Region where, double amount, double value) {
    public Forcing {
        Objects.requireNonNull(units, "units");
        Objects.requireNonNull(where, "where");
        units = List.copyOf(units);
        if (units.isEmpty() || units.stream().anyMatch(unit -> unit < 0)) {
            throw new IllegalArgumentException("Name at least one unit by its number from 0, but got " + units + ".");
        }
        if (!(amount >= 0 && amount <= 1)) {
            throw new IllegalArgumentException("The amount lies in [0, 1], but was " + amount + ".");
        }
        if (!Double.isFinite(value)) {
            throw new IllegalArgumentException("Units are held at a finite value, not at " + value + ".");
        }
    }

    /** Units at zero, everywhere. */
    public static Forcing off(List<Integer> units) {
        Objects.requireNonNull(units, "units");
        return new Forcing(units, Region.full(), 1, 0);
    }

    /** Units at a value, everywhere. */
    public static Forcing at(List<Integer> units, double value) {
        Objects.requireNonNull(units, "units");
        return new Forcing(units, Region.full(), 1, value);
    }

    /** Only in these places of the image. */
    public Forcing in(Region region) {
        Objects.requireNonNull(region, "region");
        return new Forcing(units, region, amount, value);
    }

    /** Only by this part, in [0, 1]. */
    public Forcing by(double part) {
        return new Forcing(units, where, part, value);
    }

    /** Keys with their units held; the side tensors stay. The keys are not changed. */
    public Keys on(Keys keys, AssociativeMemory memory) {
        Objects.requireNonNull(keys, "keys");
        Objects.requireNonNull(memory, "memory");
        return keys.withTensor(held(keys.tensor(), memory));
    }

    /** Values with their units held; the side tensors stay. The values are not changed. */
    public Values on(Values values, AssociativeMemory memory) {
        Objects.requireNonNull(values, "values");
        Objects.requireNonNull(memory, "memory");
        return values.withTensor(held(values.tensor(), memory));
    }

    /** The images that inputs give while units of the key are held: what these units cause. */
    public INDArray drawnWithKeys(AssociativeMemory memory, Inputs inputs) {
        Objects.requireNonNull(memory, "memory");
        Objects.requireNonNull(inputs, "inputs");
        return memory.decode(memory.values(on(memory.keys(inputs), memory)));
    }

    /** The images that inputs give while units of the value are held. */
    public INDArray drawnWithValues(AssociativeMemory memory, Inputs inputs) {
        Objects.requireNonNull(memory, "memory");
        Objects.requireNonNull(inputs, "inputs");
        return memory.decode(on(memory.values(memory.keys(inputs)), memory));
    }

    private INDArray held(INDArray tensor, AssociativeMemory memory) {
        int channels = (int) tensor.size(1);
        for (int unit : units) {
            if (unit >= channels) {
                throw new IllegalArgumentException("There is no unit " + unit + " among " + channels + " (shape "
                        + Arrays.toString(tensor.shape()) + ").");
            }
        }
        Mask cells = where.requireOnGrid(
                memory.spec().generator().imageHeight(),
                memory.spec().generator().imageWidth(),
                (int) tensor.size(2),
                (int) tensor.size(3));
        INDArray part = cells.toArray().muli(amount);
        INDArray kept = part.rsub(1);
        INDArray added = part.muli(value);
        INDArray held = tensor.dup('c');
        for (int n = 0; n < held.size(0); n++) {
            for (int unit : units) {
                INDArray map = held.slice(n).slice(unit);
                map.muli(kept).addi(added);
            }
        }
        return held;
    }
}
