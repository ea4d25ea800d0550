package io.github.rewrite4j.samediff.strategy;

/** Adam (Kingma and Ba 2015) with betas 0.9 and 0.999 and epsilon 1e-8, float64, bias-corrected, as PyTorch computes it. */
final class Adam {
    private static final double BETA1 = 0.9;
    private static final double BETA2 = 0.999;
    private static final double EPSILON = 1e-8;

    private final double rate;
    private final double[][] first;
    private final double[][] second;
    private int steps;

    /**
     * @param rate learning rate
     * @param rows number of parameter rows
     * @param columns their length
     */
    Adam(double rate, int rows, int columns) {
        this.rate = rate;
        this.first = new double[rows][columns];
        this.second = new double[rows][columns];
    }

    /** One step down the gradient; changes the parameters. */
    void step(double[][] parameters, double[][] gradient) {
        steps++;
        double correction1 = 1 - Math.pow(BETA1, steps);
        double correction2 = Math.sqrt(1 - Math.pow(BETA2, steps));
        for (int i = 0; i < parameters.length; i++) {
            for (int j = 0; j < parameters[i].length; j++) {
                double g = gradient[i][j];
                first[i][j] = BETA1 * first[i][j] + (1 - BETA1) * g;
                second[i][j] = BETA2 * second[i][j] + (1 - BETA2) * g * g;
                double spread = Math.sqrt(second[i][j]) / correction2 + EPSILON;
                parameters[i][j] -= rate / correction1 * first[i][j] / spread;
            }
        }
    }
}
