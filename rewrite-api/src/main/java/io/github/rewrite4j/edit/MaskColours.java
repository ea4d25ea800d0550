package io.github.rewrite4j.edit;

import io.github.rewrite4j.image.Pixels;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the colours of a mask file show; one pass over its pixels. */
final class MaskColours {
    /** Differences between channels up to this are the rounding of grey. */
    private static final int GREY = 12;

    private static final int BLACK = 16;
    private static final int VISIBLE = 10;
    private static final int MOST_NAMED = 4;
    private static final int MOST_COUNTED = 300;

    private final int[] most = new int[3];
    private final int[] brightest = new int[3];
    private final Map<Integer, Integer> counts = new LinkedHashMap<>();
    private final int area;
    private int least = 255;
    private int leastAlpha = 255;
    private int mostAlpha;
    private int coloured;
    private int unclearRed;
    private int visible;
    private int visibleUnlikeFirst;
    private int redLikeAlpha;
    private int markedButTransparent;
    private int visibleBlackOrWhite;
    private int firstVisible = -1;
    private int last = -1;
    private int run;
    private boolean shades;

    private MaskColours(int area) {
        this.area = area;
    }

    static MaskColours of(Pixels pixels) {
        byte[] red = pixels.channel(Pixels.RED);
        byte[] green = pixels.channel(Pixels.GREEN);
        byte[] blue = pixels.channel(Pixels.BLUE);
        byte[] alpha = pixels.channel(Pixels.ALPHA);
        MaskColours colours = new MaskColours(red.length);
        for (int i = 0; i < red.length; i++) {
            colours.add(red[i] & 0xFF, green[i] & 0xFF, blue[i] & 0xFF, alpha[i] & 0xFF);
        }
        colours.count();
        colours.shades = !colours.areGrey() && colours.findShades(red, green, blue);
        return colours;
    }

    private void add(int red, int green, int blue, int alpha) {
        int high = Math.max(red, Math.max(green, blue));
        int low = Math.min(red, Math.min(green, blue));
        most[0] = Math.max(most[0], red);
        most[1] = Math.max(most[1], green);
        most[2] = Math.max(most[2], blue);
        least = Math.min(least, high);
        if (high > Math.max(brightest[0], Math.max(brightest[1], brightest[2]))) {
            brightest[0] = red;
            brightest[1] = green;
            brightest[2] = blue;
        }
        coloured += high - low > GREY ? 1 : 0;
        unclearRed += red > 8 && red < 247 ? 1 : 0;
        leastAlpha = Math.min(leastAlpha, alpha);
        mostAlpha = Math.max(mostAlpha, alpha);
        boolean clear = red <= 8 || red >= 247 || Math.abs(red - alpha) <= 2;
        redLikeAlpha += clear && (red > 0) == (alpha > 0) ? 1 : 0;
        int rgb = (red << 16) | (green << 8) | blue;
        if (alpha >= VISIBLE) {
            visible++;
            firstVisible = firstVisible < 0 ? rgb : firstVisible;
            visibleUnlikeFirst += rgb == firstVisible ? 0 : 1;
            visibleBlackOrWhite += high <= 40 || low >= 215 ? 1 : 0;
        } else {
            markedButTransparent += red > 0 ? 1 : 0;
        }
        if (rgb != last) {
            count();
            last = rgb;
        }
        run++;
    }

    private void count() {
        if (run > 0 && (counts.size() < MOST_COUNTED || counts.containsKey(last))) {
            counts.merge(last, run, Integer::sum);
        }
        run = 0;
    }

    /** Whether all colours are the brightest one, darkened. */
    private boolean findShades(byte[]... channels) {
        if (least > BLACK) {
            return false;
        }
        int odd = 0;
        byte[] shades = shadesOf(channels[strongest()]);
        for (int i = 0; i < shades.length; i++) {
            boolean fits = true;
            for (int c = 0; c < 3; c++) {
                int expected = (shades[i] & 0xFF) * brightest[c] / 255;
                fits &= Math.abs((channels[c][i] & 0xFF) - expected) <= 2 * GREY;
            }
            odd += fits ? 0 : 1;
        }
        return 200L * odd <= area;
    }

    private int strongest() {
        int channel = 0;
        for (int c = 1; c < 3; c++) {
            channel = brightest[c] > brightest[channel] ? c : channel;
        }
        return channel;
    }

    /** How bright each pixel is, 255 for the brightest colour. */
    byte[] shades(Pixels pixels) {
        return shadesOf(pixels.channel(strongest()));
    }

    private byte[] shadesOf(byte[] channel) {
        int white = Math.max(1, brightest[strongest()]);
        byte[] values = new byte[channel.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = (byte) Math.min(255, (channel[i] & 0xFF) * 255 / white);
        }
        return values;
    }

    private boolean alphaVaries() {
        return mostAlpha - leastAlpha > 2;
    }

    /** What can be seen is of one colour, or is a photograph that was cut out; red says no more than alpha. */
    boolean markIsInAlpha() {
        if (!alphaVaries() || redLikeAlpha == area) {
            return false;
        }
        boolean oneColour = 200L * visibleUnlikeFirst <= visible;
        boolean blackAndWhite = 20L * visibleBlackOrWhite >= 19L * visible;
        return oneColour || !blackAndWhite;
    }

    /** Visible black and white beside transparent parts that are marked: what is meant? */
    boolean contradictAlpha() {
        return alphaVaries() && redLikeAlpha < area && markedButTransparent > 0;
    }

    boolean areGrey() {
        return 200L * coloured <= area;
    }

    /** Red is black or white nearly everywhere, and both occur: whatever else there is, the rule is kept. */
    boolean redIsClear() {
        return most[0] >= 247
                && 100L * unclearRed <= area
                && counts.keySet().stream().anyMatch(rgb -> rgb >> 16 <= 8);
    }

    boolean areShadesOfOne() {
        return shades;
    }

    int redMost() {
        return most[0];
    }

    /** The name of the brightest channel. */
    String brightest() {
        return List.of("red", "green", "blue").get(strongest());
    }

    /** The brightest colour. */
    String text() {
        return text((brightest[0] << 16) | (brightest[1] << 8) | brightest[2]);
    }

    private static String text(int rgb) {
        return "(" + (rgb >> 16) + ", " + ((rgb >> 8) & 0xFF) + ", " + (rgb & 0xFF) + ")";
    }

    String whyNot() {
        if (counts.size() >= MOST_COUNTED) {
            return "it is a picture of many colours: paint the object white on black, or make the rest of the picture"
                    + " transparent";
        }
        StringBuilder list = new StringBuilder();
        counts.entrySet().stream()
                .sorted((a, b) -> b.getValue() - a.getValue())
                .limit(MOST_NAMED)
                .forEach(entry -> list.append(list.isEmpty() ? "" : ", ").append(text(entry.getKey())));
        return "it holds " + counts.size() + " colours, " + list + (counts.size() > MOST_NAMED ? ", ..." : "")
                + ", so that its red channel alone does not say what is meant: paint that white on black";
    }
}
