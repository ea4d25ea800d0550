package io.github.rewrite4j.examples.cli;

import io.github.rewrite4j.Sample;
import io.github.rewrite4j.io.PrintableText;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Numbers of options. What no option can mean, such as NaN, infinities, negative counts and numbers that overflow, is wrong
 * usage for all of them.
 */
final class NumberOptions {
    private NumberOptions() {}

    /** Makes all commands read their numbers so, unless an option has a converter of its own. */
    static void register(CommandLine commands) {
        ITypeConverter<Integer> count = text -> (int) whole(text, Integer.MAX_VALUE);
        ITypeConverter<Long> seed = text -> whole(text, Sample.MAX_SEED);
        ITypeConverter<Double> amount = NumberOptions::amount;
        commands.registerConverter(Integer.class, count);
        commands.registerConverter(int.class, count);
        commands.registerConverter(Long.class, seed);
        commands.registerConverter(long.class, seed);
        commands.registerConverter(Double.class, amount);
        commands.registerConverter(double.class, amount);
    }

    /** A number that may be negative. */
    static final class Signed implements ITypeConverter<Double> {
        @Override
        public Double convert(String text) {
            return finite(text);
        }
    }

    private static long whole(String text, long largest) {
        try {
            long number = Long.parseLong(text.strip());
            if (number >= 0 && number <= largest) {
                return number;
            }
        } catch (NumberFormatException notANumber) {
            // Said below, together with numbers out of range.
        }
        throw wrong(text, "a whole number from 0 to " + largest);
    }

    private static double amount(String text) {
        double number = finite(text);
        if (number < 0) {
            throw wrong(text, "a number from 0");
        }
        return number + 0.0;
    }

    static double finite(String text) {
        try {
            double number = Double.parseDouble(text.strip());
            if (Double.isFinite(number)) {
                return number;
            }
        } catch (NumberFormatException notANumber) {
            // Said below, together with numbers that are not finite.
        }
        throw wrong(text, "a finite number");
    }

    private static TypeConversionException wrong(String text, String wanted) {
        return new TypeConversionException("'" + PrintableText.name(text) + "' is not " + wanted);
    }
}
