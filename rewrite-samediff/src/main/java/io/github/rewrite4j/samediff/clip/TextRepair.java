package io.github.rewrite4j.samediff.clip;

import java.text.Normalizer;
import java.util.Map;
import java.util.regex.Pattern;

/** Repairs of texts from the web, of which the published network saw none that were not repaired like this. */
final class TextRepair {
    private static final Pattern TERMINAL = Pattern.compile("\u001b\\[[0-9;]*[a-zA-Z]");
    private static final Pattern CONTROL =
            Pattern.compile("[\\u0000-\\u0008\\u000b\\u000e-\\u001f\\u007f\\u206a-\\u206f\\ufeff\\ufff9-\\ufffc]");
    private static final Pattern LINES = Pattern.compile("\r\n|[\r\u0085\u2028\u2029]");
    private static final Pattern SINGLE = Pattern.compile("[\u02bc\u2018-\u201b]");
    private static final Pattern DOUBLE = Pattern.compile("[\u201c-\u201f]");

    private static final Map<Character, String> LIGATURES = Map.ofEntries(
            Map.entry('\u0132', "IJ"),
            Map.entry('\u0133', "ij"),
            Map.entry('\u0149', "\u02bcn"),
            Map.entry('\u01f1', "DZ"),
            Map.entry('\u01f2', "Dz"),
            Map.entry('\u01f3', "dz"),
            Map.entry('\u01c4', "D\u017d"),
            Map.entry('\u01c5', "D\u017e"),
            Map.entry('\u01c6', "d\u017e"),
            Map.entry('\u01c7', "LJ"),
            Map.entry('\u01c8', "Lj"),
            Map.entry('\u01c9', "lj"),
            Map.entry('\u01ca', "NJ"),
            Map.entry('\u01cb', "Nj"),
            Map.entry('\u01cc', "nj"),
            Map.entry('\ufb00', "ff"),
            Map.entry('\ufb01', "fi"),
            Map.entry('\ufb02', "fl"),
            Map.entry('\ufb03', "ffi"),
            Map.entry('\ufb04', "ffl"),
            Map.entry('\ufb05', "\u017ft"),
            Map.entry('\ufb06', "st"));

    private TextRepair() {}

    static String of(String text) {
        // References are not resolved in what looks like HTML itself.
        String plain = text.indexOf('<') < 0 ? HtmlReferences.resolved(text) : text;
        String encoded = controls(Mojibake.repaired(plain));
        String joined = letters(TERMINAL.matcher(encoded).replaceAll(""));
        String quoted = DOUBLE.matcher(SINGLE.matcher(joined).replaceAll("'")).replaceAll("\"");
        String lines = LINES.matcher(quoted).replaceAll("\n");
        return Normalizer.normalize(CONTROL.matcher(surrogates(lines)).replaceAll(""), Normalizer.Form.NFC);
    }

    /** Control characters of Latin-1 are what Windows-1252 has in their place. */
    private static String controls(String text) {
        StringBuilder result = new StringBuilder();
        text.chars().forEach(c -> {
            if (c >= 0x80 && c < 0xa0 && c != 0x85) {
                result.append(Mojibake.windows(c));
            } else {
                result.append((char) c);
            }
        });
        return result.toString();
    }

    /** Ligatures of printers, and full and half width. */
    private static String letters(String text) {
        StringBuilder result = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\u3000') {
                result.append(' ');
            } else if (c >= '\uff01' && c <= '\uffef') {
                result.append(Normalizer.normalize(String.valueOf(c), Normalizer.Form.NFKC));
            } else {
                result.append(LIGATURES.getOrDefault(c, String.valueOf(c)));
            }
        }
        return result.toString();
    }

    /** Halves of characters that stand alone cannot be written. */
    private static String surrogates(String text) {
        StringBuilder result = new StringBuilder();
        text.codePoints().forEach(c -> result.appendCodePoint(c >= 0xd800 && c < 0xe000 ? 0xfffd : c));
        return result.toString();
    }
}
