package io.github.rewrite4j.samediff.clip;

import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Character references of HTML: numbers, and the names of HTML 4 that texts have. */
final class HtmlReferences {
    private static final Pattern REFERENCE =
            Pattern.compile("&(#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]{2,8}[0-9]?);");

    /** U+00A0 to U+00FF in their order. */
    private static final String LATIN =
            "nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg"
                    + " plusmn sup2 sup3 acute micro para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc"
                    + " Atilde Auml Aring AElig Ccedil Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc"
                    + " Otilde Ouml times Oslash Ugrave Uacute Ucirc Uuml Yacute THORN szlig agrave aacute acirc atilde auml aring aelig"
                    + " ccedil egrave eacute ecirc euml igrave iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide"
                    + " oslash ugrave uacute ucirc uuml yacute thorn yuml";

    private static final Map<String, String> NAMES = new HashMap<>(Map.of(
            "amp", "&", "lt", "<", "gt", ">", "quot", "\"", "apos", "'", "hellip", "\u2026", "ndash", "\u2013", "mdash",
            "\u2014", "euro", "\u20ac", "trade", "\u2122"));

    static {
        NAMES.putAll(Map.of(
                "lsquo", "\u2018", "rsquo", "\u2019", "ldquo", "\u201c", "rdquo", "\u201d", "bull", "\u2022", "minus",
                "\u2212", "larr", "\u2190", "rarr", "\u2192", "OElig", "\u0152", "oelig", "\u0153"));
        String[] latin = LATIN.split(" ");
        for (int i = 0; i < latin.length; i++) {
            NAMES.put(latin[i], String.valueOf((char) (0xa0 + i)));
        }
    }

    private HtmlReferences() {}

    static String resolved(String text) {
        if (text.indexOf('&') < 0) {
            return text;
        }
        Matcher found = REFERENCE.matcher(text);
        return found.replaceAll(match -> Matcher.quoteReplacement(meaning(match.group(1), match.group())));
    }

    private static String meaning(String reference, String whole) {
        if (!reference.startsWith("#")) {
            return NAMES.getOrDefault(reference, whole);
        }
        boolean hex = reference.charAt(1) == 'x' || reference.charAt(1) == 'X';
        int number = Integer.parseInt(reference.substring(hex ? 2 : 1), hex ? 16 : 10);
        if (number == 0 || number > Character.MAX_CODE_POINT || (number >= 0xd800 && number < 0xe000)) {
            return "\ufffd";
        }
        // Browsers read the numbers of control characters as those of Windows-1252.
        return number >= 0x80 && number < 0xa0 ? Mojibake.windows(number) : new String(Character.toChars(number));
    }
}
