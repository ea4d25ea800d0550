package io.github.rewrite4j.samediff.expansion;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.image.AnimatedGif;
import io.github.rewrite4j.image.ContactSheet;
import io.github.rewrite4j.latent.Domain;
import io.github.rewrite4j.latent.ExpandedGenerator;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.INDArrayIndex;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Pictures of an expanded generator: the same latents in every domain, ways into the domains, and domains mixed with each
 * other and with directions of the base. Draws on demand; keeps nothing.
 */
public final class DomainSheets {
    private static final int MOST_AXES = 3;

    private final ExpandedGenerator generator;
    private final Optional<Generator> source;

    private DomainSheets(ExpandedGenerator generator, Optional<Generator> source) {
        this.generator = generator;
        this.source = source;
    }

    /** Pictures of this generator. */
    public static DomainSheets of(ExpandedGenerator generator) {
        Objects.requireNonNull(generator, "generator");
        return new DomainSheets(generator, Optional.empty());
    }

    /** The same, with what the generator was before beside it, at the same inputs. */
    public DomainSheets beside(Generator original) {
        Objects.requireNonNull(original, "original");
        return new DomainSheets(generator, Optional.of(original));
    }

    /**
     * One sample a row: the source if there is one, the base, every domain, then mixtures.
     *
     * @param inputs one sample for each row
     * @param mixtures amounts by name of the domain
     */
    public ContactSheet aligned(Inputs inputs, List<Map<String, Double>> mixtures) {
        Objects.requireNonNull(inputs, "inputs");
        Objects.requireNonNull(mixtures, "mixtures");
        List<String> labels = new ArrayList<>();
        List<INDArray> columns = new ArrayList<>();
        source.ifPresent(original -> {
            labels.add("source");
            columns.add(original.generate(inputs));
        });
        labels.add("base");
        columns.add(generator.generate(generator.at(inputs, Map.of())));
        for (Domain domain : generator.domains()) {
            labels.add(domain.name());
            columns.add(generator.generate(generator.at(inputs, domain.name())));
        }
        for (Map<String, Double> mixture : mixtures) {
            labels.add(label(mixture));
            columns.add(generator.generate(generator.at(inputs, mixture)));
        }
        ContactSheet.Builder sheet = ContactSheet.titled("One latent a row, one domain a column")
                .columns(labels.toArray(String[]::new))
                .labelWidth(72);
        for (int i = 0; i < inputs.size(); i++) {
            sheet.row("sample " + (i + 1), across(columns, i));
        }
        return sheet.footer("a number after a name: how far the domain is entered")
                .build();
    }

    private static String label(Map<String, Double> mixture) {
        return new TreeMap<>(mixture)
                .entrySet().stream()
                        .map(e -> e.getValue() == 1 ? e.getKey() : e.getKey() + " " + DomainAxis.number(e.getValue()))
                        .collect(Collectors.joining(" + "));
    }

    /** Image {@code row} of each batch. */
    private static INDArray across(List<INDArray> batches, int row) {
        return Nd4j.concat(
                0,
                batches.stream()
                        .map(batch -> batch.get(NDArrayIndex.interval(row, row + 1)))
                        .toArray(INDArray[]::new));
    }

    /**
     * The way into every domain: for each domain and sample a row, one amount a column.
     *
     * @param amounts 0 is the base, 1 the domain, more goes beyond
     */
    public ContactSheet traversal(Inputs inputs, double... amounts) {
        Objects.requireNonNull(inputs, "inputs");
        Objects.requireNonNull(amounts, "amounts");
        ContactSheet.Builder sheet = ContactSheet.titled("From the base into each domain, and beyond")
                .columns(Arrays.stream(amounts).mapToObj(DomainAxis::number).toArray(String[]::new));
        for (Domain domain : generator.domains()) {
            List<INDArray> columns = Arrays.stream(amounts)
                    .mapToObj(amount -> generator.generate(generator.at(inputs, Map.of(domain.name(), amount))))
                    .toList();
            for (int i = 0; i < inputs.size(); i++) {
                sheet.row(i == 0 ? domain.name() : "", across(columns, i));
            }
        }
        return sheet.footer("0: base, 1: as trained").build();
    }

    /**
     * The same as a moving picture, from 0 to an amount and back: one domain a column, one sample a row.
     *
     * @param steps frames on the way there, at least 2
     */
    public AnimatedGif moving(Inputs inputs, double to, int steps) {
        Objects.requireNonNull(inputs, "inputs");
        if (steps < 2) {
            throw new IllegalArgumentException("A way of " + steps + " frames does not move: take at least 2.");
        }
        String[] labels = generator.domains().stream().map(Domain::name).toArray(String[]::new);
        List<ContactSheet> frames = new ArrayList<>();
        for (int s = 0; s < steps; s++) {
            double amount = to * s / (steps - 1);
            List<INDArray> columns = Arrays.stream(labels)
                    .map(name -> generator.generate(generator.at(inputs, Map.of(name, amount))))
                    .toList();
            ContactSheet.Builder sheet =
                    ContactSheet.titled("").columns(labels).labelWidth(36).margin(6);
            for (int i = 0; i < inputs.size(); i++) {
                sheet.row(i == 0 ? String.format(Locale.ROOT, "%.2f", amount) : "", across(columns, i));
            }
            frames.add(sheet.build());
        }
        return AnimatedGif.ofSheets(frames).milliseconds(80).backAndForth();
    }

    /**
     * The images of one sample at every combination of places on one to three axes.
     *
     * @return new array, one dimension for each axis in their order, then [3, H, W]
     */
    public INDArray grid(Inputs one, DomainAxis... axes) {
        Objects.requireNonNull(one, "one");
        List<DomainAxis> all = requireAxes(one, axes);
        List<INDArray> images = new ArrayList<>();
        int[] places = new int[all.size()];
        do {
            images.add(generator.generate(DomainAxis.at(generator, one, all, places)));
        } while (next(places, all));
        INDArray flat = Nd4j.concat(0, images.toArray(INDArray[]::new));
        long[] shape = new long[all.size() + 3];
        for (int a = 0; a < all.size(); a++) {
            shape[a] = all.get(a).values().size();
        }
        System.arraycopy(flat.shape(), 1, shape, all.size(), 3);
        return flat.dup('c').reshape('c', shape);
    }

    private static List<DomainAxis> requireAxes(Inputs one, DomainAxis... axes) {
        if (axes.length < 1 || axes.length > MOST_AXES) {
            throw new IllegalArgumentException("A grid has one to three axes, not " + axes.length + ".");
        }
        if (one.size() != 1) {
            throw new IllegalArgumentException(
                    "A grid is of one sample, but there are " + one.size() + ": take one with inputs.slice(0, 1).");
        }
        List<Object> meant = new ArrayList<>();
        for (DomainAxis axis : axes) {
            meant.add(axis.domain().isPresent() ? axis.domain().get() : axis.direction());
        }
        if (meant.stream().distinct().count() < meant.size()) {
            throw new IllegalArgumentException("Two axes of " + meant + " are the same: each needs one of its own.");
        }
        return List.of(axes);
    }

    /** Counts up, the last place fastest; false after the last combination. */
    private static boolean next(int[] places, List<DomainAxis> axes) {
        for (int a = places.length - 1; a >= 0; a--) {
            if (++places[a] < axes.get(a).values().size()) {
                return true;
            }
            places[a] = 0;
        }
        return false;
    }

    /** {@link #grid} as a sheet: the last axis across, the others down. */
    public ContactSheet composition(Inputs one, DomainAxis... axes) {
        Objects.requireNonNull(one, "one");
        List<DomainAxis> all = requireAxes(one, axes);
        INDArray images = grid(one, axes);
        DomainAxis last = all.get(all.size() - 1);
        int columns = last.values().size();
        long rows = 1;
        for (int a = 0; a < all.size() - 1; a++) {
            rows *= all.get(a).values().size();
        }
        long[] size = Arrays.copyOfRange(images.shape(), all.size(), all.size() + 3);
        INDArray flat = images.reshape('c', rows * columns, size[0], size[1], size[2]);
        String[] heads = new String[columns];
        Arrays.setAll(heads, last::label);
        ContactSheet.Builder sheet =
                ContactSheet.titled("One latent, domains and directions mixed").columns(heads);
        int[] places = new int[all.size() - 1];
        List<DomainAxis> down = all.subList(0, all.size() - 1);
        for (int row = 0; row < rows; row++) {
            List<String> labels = new ArrayList<>();
            for (int a = 0; a < places.length; a++) {
                labels.add(down.get(a).label(places[a]));
            }
            INDArrayIndex range = NDArrayIndex.interval((long) row * columns, (row + 1L) * columns);
            sheet.row(String.join(", ", labels), flat.get(range));
            next(places, down);
        }
        return sheet.build();
    }
}
