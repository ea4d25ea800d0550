package io.github.rewrite4j.edit;

import io.github.rewrite4j.io.NearestNames;
import io.github.rewrite4j.io.PrintableText;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Reads what {@link Region#toString} writes: a shape, then any number of {@code .operation(...)}. */
final class RegionParser {
    private static final List<String> SHAPES = List.of("ellipse", "rectangle", "polygon", "full", "png", "pngAlpha");
    private static final List<String> OPERATIONS = List.of("union", "minus", "intersect", "inverted", "grown", "moved");

    /** Deeper nesting is no region of a person and could exhaust the stack. */
    private static final int DEEPEST = 100;

    /** Letters of the text that messages show. */
    private static final int SHOWN = 120;

    private final String text;
    private final MaskReader masks;
    private int at;
    private int depth;

    RegionParser(String text, MaskReader masks) {
        this.text = text;
        this.masks = masks;
    }

    Region parse() throws IOException {
        Region region = region();
        skipBlanks();
        if (at < text.length()) {
            throw wrong("expected the end or '.operation(...)'");
        }
        return region;
    }

    private Region region() throws IOException {
        if (++depth > DEEPEST) {
            throw wrong("regions nest at most " + DEEPEST + " deep");
        }
        Region region = shape();
        while (peek('.')) {
            region = operation(region);
        }
        depth--;
        return region;
    }

    private Region shape() throws IOException {
        String name = name(SHAPES);
        if (name.equals("full") && !peek('(')) {
            return Region.full();
        }
        expect('(');
        if (name.equals("png") || name.equals("pngAlpha")) {
            return masks.read(fileName(), name.equals("pngAlpha"));
        }
        double[] n = numbers();
        return switch (name) {
            case "ellipse" -> {
                requireCount(name, n, 4, "x, y, half width, half height");
                yield Region.ellipse(n[0], n[1], n[2], n[3]);
            }
            case "rectangle" -> {
                requireCount(name, n, 4, "x, y, width, height");
                yield Region.rectangle(n[0], n[1], n[2], n[3]);
            }
            case "polygon" -> Region.polygon(n);
            default -> {
                requireCount(name, n, 0, "nothing");
                yield Region.full();
            }
        };
    }

    private Region operation(Region region) throws IOException {
        expect('.');
        String name = name(OPERATIONS);
        expect('(');
        if (name.equals("union") || name.equals("minus") || name.equals("intersect")) {
            Region other = region();
            expect(')');
            return switch (name) {
                case "union" -> region.union(other);
                case "minus" -> region.minus(other);
                default -> region.intersect(other);
            };
        }
        double[] n = numbers();
        return switch (name) {
            case "grown" -> {
                requireCount(name, n, 1, "pixels");
                yield region.grown(whole(n[0]));
            }
            case "moved" -> {
                requireCount(name, n, 2, "dx, dy");
                yield region.moved(whole(n[0]), whole(n[1]));
            }
            default -> {
                requireCount(name, n, 0, "nothing");
                yield region.inverted();
            }
        };
    }

    private String name(List<String> known) {
        skipBlanks();
        int start = at;
        while (at < text.length() && Character.isLetter(text.charAt(at))) {
            at++;
        }
        String name = text.substring(start, at);
        if (!known.contains(name)) {
            at = start;
            String found = PrintableText.name(name);
            throw wrong("expected one of " + known
                    + (name.isEmpty() ? "" : ", found '" + found + "'. " + NearestNames.hint(found, known)));
        }
        return name;
    }

    private String fileName() {
        MaskName file = MaskName.read(text, at);
        if (file.end() < 0) {
            throw wrong("expected a file name and ')'");
        }
        if (file.name().isEmpty()) {
            throw wrong("expected a file name");
        }
        at = file.end();
        return file.name();
    }

    /** Numbers up to and with the closing parenthesis. */
    private double[] numbers() {
        List<Double> numbers = new ArrayList<>();
        if (!peek(')')) {
            numbers.add(number());
            while (peek(',')) {
                at++;
                requireFew(numbers.size());
                numbers.add(number());
            }
        }
        expect(')');
        return numbers.stream().mapToDouble(Double::doubleValue).toArray();
    }

    private void requireFew(int numbers) {
        if (numbers >= 2 * Region.MOST_CORNERS) {
            throw wrong("a polygon has at most " + Region.MOST_CORNERS + " corners");
        }
    }

    private double number() {
        skipBlanks();
        int start = at;
        while (at < text.length() && "+-.0123456789eE".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        try {
            return Double.parseDouble(text.substring(start, at));
        } catch (NumberFormatException notANumber) {
            at = start;
            throw wrong("expected a number");
        }
    }

    private int whole(double number) {
        if (number != Math.rint(number) || Math.abs(number) > Integer.MAX_VALUE) {
            throw wrong("expected whole pixels, found " + number);
        }
        return (int) number;
    }

    private void requireCount(String name, double[] numbers, int count, String meaning) {
        if (numbers.length != count) {
            throw wrong(name + " takes " + meaning + ", found " + numbers.length + " numbers");
        }
    }

    private boolean peek(char c) {
        skipBlanks();
        return at < text.length() && text.charAt(at) == c;
    }

    private void expect(char c) {
        if (!peek(c)) {
            throw wrong("expected '" + c + "'");
        }
        at++;
    }

    private void skipBlanks() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
    }

    private IllegalArgumentException wrong(String problem) {
        int from = Math.max(0, at - SHOWN / 2);
        String part = text.length() <= SHOWN
                ? text
                : (from > 0 ? "..." : "") + text.substring(from, Math.min(text.length(), from + SHOWN)) + "...";
        return new IllegalArgumentException("The region '" + PrintableText.of(part) + "', character " + (at + 1) + ": "
                + problem + ". Write it like ellipse(32, 10, 11, 9) or rectangle(20, 30, 24, 8).grown(2).");
    }
}
