package io.github.rewrite4j.latent;

import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * Where old and new images live in the latent space (Nitzan et al. 2023, equations 1 to 3).
 *
 * <p>With repurposed directions d_r, all others span the base: Z_base = mean + span{d_j : j not repurposed}, and each
 * domain is a copy of it, moved: Z_i = Z_base + s_i d_i. The projections
 *
 * <pre>
 * P_base(w) = w - sum_r &lt;w - mean, d_r&gt; d_r
 * P_i(w)    = P_base(w) + s_i d_i
 * </pre>
 *
 * cost one inner product per domain. Float64, immutable.
 */
public final class LatentSubspaces {
    private final double[] mean;
    private final List<Domain> domains;
    private final double[][] directions;

    /**
     * @param basis the directions
     * @param mean the mean latent
     * @param domains one per repurposed direction, none twice
     */
    public LatentSubspaces(LatentBasis basis, double[] mean, List<Domain> domains) {
        Objects.requireNonNull(basis, "basis");
        Objects.requireNonNull(mean, "mean");
        Objects.requireNonNull(domains, "domains");
        LatentSpace.requireLatent(mean, basis.dimension());
        Set<Integer> used = new HashSet<>();
        Set<String> names = new HashSet<>();
        this.directions = new double[domains.size()][];
        for (int i = 0; i < directions.length; i++) {
            Domain domain = domains.get(i);
            if (!used.add(domain.direction())) {
                throw new IllegalArgumentException(
                        "Direction " + domain.direction() + " is repurposed twice, the second" + " time for '"
                                + domain.name() + "': give each domain a direction of its own.");
            }
            if (!names.add(domain.name())) {
                throw new IllegalArgumentException("There are two domains called '" + domain.name() + "'.");
            }
            directions[i] = basis.direction(domain.direction());
        }
        if (domains.size() >= basis.dimension()) {
            throw new IllegalArgumentException(domains.size() + " domains leave nothing of a latent space of "
                    + basis.dimension() + " dimensions: at least one direction must stay with the source.");
        }
        this.mean = mean.clone();
        this.domains = List.copyOf(domains);
    }

    /** The domains, in the order of the arguments below. */
    public List<Domain> domains() {
        return domains;
    }

    /** Length of a latent. */
    public int dimension() {
        return mean.length;
    }

    /** A copy of the mean latent. */
    public double[] mean() {
        return mean.clone();
    }

    /** A copy of the direction of domain {@code i}, of length one. */
    public double[] direction(int i) {
        return directions[requireDomain(i)].clone();
    }

    /** P_base: the nearest latent of the base. */
    public double[] base(double[] latent) {
        Objects.requireNonNull(latent, "latent");
        LatentSpace.requireLatent(latent, mean.length);
        double[] result = latent.clone();
        for (double[] direction : directions) {
            double component = 0;
            for (int i = 0; i < mean.length; i++) {
                component += (latent[i] - mean[i]) * direction[i];
            }
            add(result, direction, -component);
        }
        return result;
    }

    /** P_i: the same latent in domain {@code i}. */
    public double[] inDomain(double[] latent, int i) {
        Objects.requireNonNull(latent, "latent");
        return along(latent, i, 1);
    }

    /** P_base(w) + amount s_i d_i: 0 is the base, 1 the domain, more goes beyond. */
    public double[] along(double[] latent, int i, double amount) {
        Objects.requireNonNull(latent, "latent");
        double[] amounts = new double[directions.length];
        amounts[requireDomain(i)] = amount;
        return mixed(latent, amounts);
    }

    /** P_base(w) + sum_i amount_i s_i d_i. */
    public double[] mixed(double[] latent, double... amounts) {
        Objects.requireNonNull(latent, "latent");
        if (amounts.length != directions.length) {
            throw new IllegalArgumentException(
                    "There are " + directions.length + " domains, but " + amounts.length + " amounts.");
        }
        double[] result = base(latent);
        for (int i = 0; i < amounts.length; i++) {
            add(result, directions[i], amounts[i] * domains.get(i).distance());
        }
        return result;
    }

    private int requireDomain(int i) {
        if (i < 0 || i >= directions.length) {
            throw new IllegalArgumentException(
                    "There is no domain " + i + "; there are " + directions.length + ", counted from 0.");
        }
        return i;
    }

    private static void add(double[] to, double[] direction, double factor) {
        for (int i = 0; i < to.length; i++) {
            to[i] += factor * direction[i];
        }
    }

    @Override
    public String toString() {
        return "base and " + domains.stream().map(Domain::name).toList() + " in " + mean.length + " dimensions";
    }
}
