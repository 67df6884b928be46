using GpuQuant.Numerics;

namespace GpuQuant.Experiments;

/// <summary>
/// A logistic regression on one feature: the weight w and intercept b of least w^2 / 2 + C sum ln(1 + exp(-y (w x + b))), y = 1 for
/// positives and -1 for negatives. The intercept is not penalised: scikit-learn's LogisticRegression.
/// </summary>
/// <param name="Weight">w.</param>
/// <param name="Intercept">b.</param>
/// <param name="C">The weight C of the data against the penalty.</param>
public sealed record LogisticRegression(double Weight, double Intercept, double C)
{
    private const int MostSteps = 200, MostHalvings = 40, LeastPerClass = 2;
    private const double Tolerance = 1e-11;

    /// <summary>The ten values of C that scikit-learn tries: 1e-4 to 1e4 in equal steps of the logarithm.</summary>
    public static IReadOnlyList<double> Grid { get; } =
        [.. Enumerable.Range(0, 10).Select(i => PortableMath.Exp(PortableMath.Log(10) * (8.0 * i / 9 - 4)))];

    /// <summary>The logit of an input to be positive, w x + b: above 0 it counts as positive.</summary>
    public double Decide(double x) => Weight * x + Intercept;

    /// <summary>Fits by Newton's method until the weights stand still.</summary>
    /// <param name="x">The feature.</param>
    /// <param name="positives">Which inputs are positive; at least one is, and one is not.</param>
    /// <param name="c">C, above 0.</param>
    /// <param name="start">Where to begin, such as the solution for another C; the result does not depend on it.</param>
    /// <exception cref="UsageException">All inputs are of one kind.</exception>
    public static LogisticRegression Fit(
        IReadOnlyList<double> x, IReadOnlyList<bool> positives, double c, LogisticRegression? start = null)
    {
        if (!positives.Contains(true) || !positives.Contains(false))
            throw new UsageException("A logistic regression needs positive and negative inputs; all of these are of one kind.");
        // A centred feature makes weight and intercept nearly independent; the penalty does not see the shift.
        var mean = x.Sum() / x.Count;
        var centred = x.Select(value => value - mean).ToArray();
        var truths = positives.ToArray();
        var (w, b) = start is null ? (0.0, 0.0) : (start.Weight, start.Decide(mean));
        var current = LogisticLoss.At(centred, truths, c, w, b);
        for (var step = 0; step < MostSteps; step++)
        {
            var (dw, db) = current.NewtonStep();
            var factor = 1.0;
            var next = LogisticLoss.At(centred, truths, c, w + dw, b + db);
            for (var halving = 0; halving < MostHalvings && next.IsAbove(current); halving++)
            {
                factor /= 2;
                next = LogisticLoss.At(centred, truths, c, w + factor * dw, b + factor * db);
            }
            (w, b, current) = (w + factor * dw, b + factor * db, next);
            if (Math.Abs(dw) <= Tolerance * (1 + Math.Abs(w)) && Math.Abs(db) <= Tolerance * (1 + Math.Abs(b)))
                break;
        }
        return new(w, b - w * mean, c);
    }

    /// <summary>
    /// Fits with the C of <see cref="Grid"/> of greatest accuracy over stratified folds (the first of equal ones), as scikit-learn's
    /// LogisticRegressionCV does; the folds keep the inputs' order.
    /// </summary>
    /// <param name="x">The feature.</param>
    /// <param name="positives">Which inputs are positive; at least two are, and two are not.</param>
    /// <param name="folds">The number of folds.</param>
    /// <exception cref="UsageException">There are fewer than two inputs of one kind.</exception>
    public static LogisticRegression FitCrossValidated(IReadOnlyList<double> x, IReadOnlyList<bool> positives, int folds = 3)
    {
        if (positives.Count(positive => positive) < LeastPerClass || positives.Count(positive => !positive) < LeastPerClass)
            throw new UsageException($"Cross-validation needs {LeastPerClass} positive and {LeastPerClass} negative inputs at least.");
        var foldOf = StratifiedFolds.Of(positives, folds);
        var accuracies = new double[Grid.Count];
        for (var fold = 0; fold < folds; fold++)
        {
            var training = Enumerable.Range(0, x.Count).Where(i => foldOf[i] != fold).ToArray();
            var rest = Enumerable.Range(0, x.Count).Where(i => foldOf[i] == fold).ToArray();
            var (xs, truths) = (training.Select(i => x[i]).ToArray(), training.Select(i => positives[i]).ToArray());
            LogisticRegression? fit = null;
            for (var i = 0; i < Grid.Count; i++)
            {
                fit = Fit(xs, truths, Grid[i], fit);
                accuracies[i] += (double)rest.Count(sample => fit.Decide(x[sample]) > 0 == positives[sample]) / rest.Length;
            }
        }
        return Fit(x, positives, Grid[Array.IndexOf(accuracies, accuracies.Max())]);
    }
}
