package io.github.rewrite4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** Arguments that are null are refused by their names, before anything happens. */
final class Nulls {
    private Nulls() {}

    /** Where something is expected. */
    @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"}) // What callers without a checker of nulls pass.
    static <T> T none() {
        return null;
    }

    /** Holds that a call is refused by a {@code NullPointerException} that names an argument, as requireNonNull does. */
    static void refused(String what, ThrowingCallable call) {
        Throwable refusal = catchThrowable(call);
        assertThat(refusal)
                .as("%s is refused when it is null: Objects.requireNonNull(argument, \"argument\")", what)
                .isInstanceOf(NullPointerException.class);
        assertThat(refusal.getMessage())
                .as("the name of the argument that is null in %s", what)
                .matches("[A-Za-z]\\w*");
    }
}
